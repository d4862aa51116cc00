"""The exchange tables: every state with every signal, and the flows of clause 6.4."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from dau.hj212 import (
    Action,
    Exchange,
    LocalError,
    Packet,
    Request,
    State,
    data_receipt,
    decode,
    execution_result,
    notice_receipt,
    request_receipt,
)
from dau.hj212.exchange import REQUEST, UPLOAD, Signal, Table
from tests.hj212.vectors import BY_ID

UPLOADED = decode(BY_ID["C-14-1"].frame).packet
ASKED = decode(BY_ID["C-20-1"].frame).packet
RECORD = decode(BY_ID["C-20-2"].frame).packet
FINAL = {State.DONE, State.REFUSED, State.FAILED, State.GIVEN_UP}


@pytest.mark.parametrize("table", [UPLOAD, REQUEST], ids=["upload", "request"])
def test_the_table_is_sound(table: Table) -> None:
    reached = {State.IDLE} | {state for state, _ in table.values()}
    assert {state for state, _ in table} == reached - FINAL  # every open state goes on, no final one does
    for (_, signal), (state, action) in table.items():
        assert (action is Action.FINISH) == (state in FINAL)
        assert (action is Action.SEND) == (signal is Signal.TIMEOUT and state is State.WAITING)
    for state in reached - FINAL - {State.IDLE}:
        assert {(state, Signal.TIMEOUT), (state, Signal.LAST_TIMEOUT)} <= table.keys()


def test_upload_and_its_receipt() -> None:
    exchange = Exchange(UPLOADED)
    assert exchange.sent() is Action.WAIT
    assert exchange.timeout_s == 10
    assert exchange.on_packet(data_receipt(UPLOADED)) is Action.FINISH
    assert exchange.state is State.DONE


def test_upload_that_wants_no_answer() -> None:
    exchange = Exchange(replace(UPLOADED, flag=4))
    assert exchange.sent() is Action.FINISH
    assert exchange.state is State.DONE


def test_three_resends_are_four_sendings() -> None:
    exchange = Exchange(UPLOADED, timeout_s=5, resends=3)
    actions = []
    while exchange.state in (State.IDLE, State.WAITING):
        exchange.sent()
        actions.append(exchange.on_timeout())
    assert actions == [Action.SEND, Action.SEND, Action.SEND, Action.FINISH]
    assert exchange.sendings == 4
    assert exchange.state is State.GIVEN_UP


def test_late_receipt_after_a_resend_counts() -> None:
    exchange = Exchange(UPLOADED)
    exchange.sent()
    exchange.on_timeout()
    assert exchange.on_packet(data_receipt(UPLOADED)) is Action.FINISH
    assert exchange.state is State.DONE


def test_wrong_qn_is_reported_and_changes_nothing() -> None:
    exchange = Exchange(UPLOADED)
    exchange.sent()
    assert exchange.on_packet(data_receipt(replace(UPLOADED, qn="1"))) is Action.WRONG_QN
    assert exchange.on_packet(data_receipt(replace(UPLOADED, qn=None))) is Action.WRONG_QN
    assert exchange.state is State.WAITING
    assert exchange.on_packet(data_receipt(UPLOADED)) is Action.FINISH


def test_other_packets_are_ignored() -> None:
    exchange = Exchange(UPLOADED)
    exchange.sent()
    for other in (ASKED, notice_receipt(UPLOADED), request_receipt(UPLOADED, 1), execution_result(UPLOADED, 1)):
        assert exchange.on_packet(other) is Action.IGNORE
    assert exchange.state is State.WAITING


def test_definite_refusal() -> None:
    exchange = Exchange(UPLOADED)
    exchange.sent()
    assert exchange.on_packet(request_receipt(UPLOADED, 3)) is Action.FINISH
    assert (exchange.state, exchange.code) == (State.REFUSED, 3)


def test_receipt_of_2005_names_the_qn_inside() -> None:
    exchange = Exchange(replace(UPLOADED, flag=1))
    exchange.sent()
    receipt = data_receipt(exchange.packet)
    assert receipt.qn is None
    assert exchange.on_packet(receipt) is Action.FINISH


def test_notice() -> None:
    exchange = Exchange(UPLOADED, receipt="9013")
    exchange.sent()
    assert exchange.on_packet(data_receipt(UPLOADED)) is Action.IGNORE
    assert exchange.on_packet(notice_receipt(UPLOADED)) is Action.FINISH


@pytest.mark.parametrize("late", [True, False], ids=["finished", "idle"])
def test_steps_that_are_not_allowed(late: bool) -> None:
    exchange = Exchange(UPLOADED)
    if late:
        exchange.sent()
        exchange.on_packet(data_receipt(UPLOADED))
    with pytest.raises(LocalError, match=r"exchange of 2011: time-out while (done|idle) is not allowed"):
        exchange.on_timeout()
    assert exchange.on_packet(data_receipt(UPLOADED)) is Action.IGNORE


def test_history_request() -> None:
    request = Request(ASKED, timeout_s=10, execution_timeout_s=90)
    assert request.sent() is Action.WAIT
    assert request.timeout_s == 10
    assert request.on_packet(RECORD) is Action.IGNORE  # before the handshake it is an ordinary upload
    assert request.on_packet(request_receipt(ASKED, 1)) is Action.WAIT
    assert (request.state, request.timeout_s) == (State.EXECUTING, 90)
    assert request.on_packet(RECORD) is Action.WAIT  # its QN is its own
    assert request.on_packet(replace(RECORD, mn="other")) is Action.IGNORE
    assert request.on_packet(execution_result(replace(ASKED, qn="1"), 1)) is Action.WRONG_QN
    assert request.on_packet(execution_result(ASKED, 1)) is Action.FINISH
    assert (request.state, request.code) == (State.DONE, 1)


ENDS: Mapping[str, tuple[list[Packet], State, int]] = {
    "refused": ([request_receipt(ASKED, 2)], State.REFUSED, 2),
    "no data": ([request_receipt(ASKED, 1), execution_result(ASKED, 100)], State.FAILED, 100),
}


@pytest.mark.parametrize("name", ENDS)
def test_request_that_fails(name: str) -> None:
    answers, state, code = ENDS[name]
    request = Request(ASKED)
    request.sent()
    assert [request.on_packet(answer) for answer in answers][-1] is Action.FINISH
    assert (request.state, request.code) == (state, code)


def test_an_accepted_request_is_never_sent_again() -> None:
    request = Request(ASKED)
    request.sent()
    assert request.on_timeout() is Action.SEND
    request.sent()
    request.on_packet(request_receipt(ASKED, 1))
    assert request.on_timeout() is Action.FINISH
    assert request.state is State.FAILED
