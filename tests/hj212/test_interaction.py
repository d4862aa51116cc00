"""Answers in the layout of what they answer."""

from dataclasses import replace

import pytest

from dau.hj212 import (
    HJ2005,
    Packet,
    answered_qn,
    data_receipt,
    decode,
    dialect,
    encode,
    execution_result,
    notice_receipt,
    request_receipt,
    result_code,
)
from tests.hj212.vectors import BY_ID


def packet(identity: str) -> Packet:
    return decode(BY_ID[identity].frame).packet


@pytest.mark.parametrize(
    ("asked", "answer"),
    [("C-14-1", "C-14-3"), ("C-16-1", "C-16-2"), ("C-50-1", "C-50-2"), ("C-50-3", "C-50-4")],
)
def test_data_receipts_of_the_standard(asked: str, answer: str) -> None:
    assert encode(data_receipt(packet(asked))) == BY_ID[answer].frame


def test_the_other_answers_of_the_standard() -> None:
    assert encode(request_receipt(packet("C-1-1"), 1)) == BY_ID["C-1-2"].frame
    assert encode(execution_result(packet("C-1-1"), 1)) == BY_ID["C-1-3"].frame
    assert encode(notice_receipt(packet("C-11-1"))) == BY_ID["C-11-2"].frame


def test_version_bits_are_echoed() -> None:
    for flag, answered in ((9, 8), (11, 8), (13, 12), (5, 4), (7, 4)):
        assert data_receipt(replace(packet("A-1"), flag=flag)).flag == answered


def body(answer: Packet) -> bytes:
    return encode(answer, HJ2005)[6:-6]


def test_layout_of_2005() -> None:
    request = packet("R-18")
    head = b"PW=123456;MN=88888880000001;Flag=0;CP=&&QN=20040516010101001"
    assert body(request_receipt(request, 2)) == b"ST=91;CN=9011;" + head + b";QnRtn=2&&"
    assert body(execution_result(request, 100)) == b"ST=91;CN=9012;" + head + b";ExeRtn=100&&"
    assert body(notice_receipt(request)) == b"ST=91;CN=9013;" + head + b"&&"
    assert body(data_receipt(request)) == b"ST=91;CN=9014;" + head + b";CN=2011&&"
    split = replace(request, pnum=2, pno=1)
    assert body(data_receipt(split)) == b"ST=91;CN=9014;" + head + b";CN=2011;PNUM=2;PNO=1&&"


def test_upload_of_2005_without_qn_and_flag() -> None:
    answer = data_receipt(packet("R-19"))
    assert body(answer) == b"ST=91;CN=9014;PW=123456;MN=0873HHMZWSLH02;Flag=0;CP=&&CN=2011&&"
    assert answered_qn(answer) is None


def test_what_the_other_end_left_out_stays_out() -> None:
    bare = replace(packet("A-1"), qn=None, pw=None, mn=None)
    assert encode(data_receipt(bare))[:-6] == b"##0028ST=91;CN=9014;Flag=4;CP=&&&&"


@pytest.mark.parametrize("edition", ["2005", "2017"])
def test_answers_are_recognised(edition: str) -> None:
    request = packet("R-18" if edition == "2005" else "A-1")
    rules = dialect(decode(encode(request, HJ2005)).edition)
    answer = decode(encode(request_receipt(request, 8), rules)).packet
    assert answered_qn(answer) == request.qn
    assert result_code(answer) == 8
    assert answered_qn(request) is None
    assert result_code(data_receipt(request)) is None


@pytest.mark.parametrize("code", ["", "x", "-1", "１", "1" * 5000])
def test_result_codes_that_are_none(code: str) -> None:
    assert result_code(Packet(cn="9011", cp=((("QnRtn", code),),))) is None
