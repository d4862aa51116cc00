"""What is read out of a content, and what is not."""

import pytest

from dau.hj212 import FrameReader, Received, decode
from dau.receiver.journal import Accepted, Datum
from dau.receiver.meaning import answer_to, arrival_of, data_of, outgoing
from tests.receiver.site import MN, frame


def received(content: str, cn: str = "2011", flag: int = 5) -> Received:
    segment = f"QN=20260101000000000;ST=32;CN={cn};PW=100000;MN={MN};Flag={flag};CP=&&{content}&&"
    [event] = FrameReader().receive(frame(segment))
    assert isinstance(event, Received)
    return event


def triples(content: str) -> list[tuple[str, str, str]]:
    return [(datum.factor, datum.field, datum.value) for datum in data_of(received(content).packet.cp)]


@pytest.mark.parametrize(
    ("content", "data"),
    [
        ("DataTime=20260101000000", []),
        ("DataTime=20260101000000;w01018-Rtd=1.0,w01018-Flag=N", [("w01018", "Rtd", "1.0"), ("w01018", "Flag", "N")]),
        ("w01018-Rtd=1;w01018-Flag=N", [("w01018", "Rtd", "1"), ("w01018", "Flag", "N")]),
        ("w01018-Rtd=1,Flag=N", [("w01018", "Rtd", "1"), ("w01018", "Flag", "N")]),
        ("e01001-Rtd=1;e01001-Rtd=2", [("e01001", "Rtd", "2")]),
        ("DataTime=20260101000000;RestartTime=20251231235959", [("", "RestartTime", "20251231235959")]),
        ("DATState=1;w01018-Rtd=", [("w01018", "Rtd", ""), ("", "DATState", "1")]),
        ("SB1-RS=1;SB2-RS=0", [("SB1", "RS", "1"), ("SB2", "RS", "0")]),
        ("-Rtd=1;w01018-=2", [("", "-Rtd", "1"), ("", "w01018-", "2")]),
        ("PolId=w01018;w01018-SN=0123", [("w01018", "SN", "0123")]),
        ("PolId=w01018;CstartTime=000000;CTime=2", [("w01018", "CstartTime", "000000"), ("w01018", "CTime", "2")]),
        (
            "DataTime=20260101000000;PolId=w01018,i12001-Info=0;PolId=w21003,i12001-Info=2",
            [("w01018", "i12001-Info", "0"), ("w21003", "i12001-Info", "2")],
        ),
        ("i22001-Info=//a;b=1,c//", [("i22001", "Info", "//a;b=1,c//")]),
    ],
)
def test_data_of_a_content(content: str, data: list[tuple[str, str, str]]) -> None:
    assert triples(content) == data


def test_an_answer_holds_no_data() -> None:
    arrival = arrival_of(received("ExeRtn=1", cn="9012"), 0, "peer")
    assert isinstance(arrival, Accepted)
    assert arrival.data == ()


def test_deviations_are_kept_by_their_names() -> None:
    arrival = arrival_of(received("w01018-Rtd=1 ,w01018-Flag=n"), 0, "peer")
    assert isinstance(arrival, Accepted)
    assert set(arrival.deviations) == {
        "blanks around a name or value",
        "data flag has not the form of the edition",
    }
    assert arrival.data[0] == Datum("w01018", "Rtd", "1")


@pytest.mark.parametrize(("flag", "answered"), [(4, 4), (5, 4), (6, 4), (7, 4), (9, 8), (13, 12), (255, 252)])
def test_an_answer_echoes_the_version_and_wants_no_answer_itself(flag: int, answered: int) -> None:
    answer = answer_to(received("DataTime=20260101000000", flag=flag))
    if flag % 2:
        assert answer is not None
        sent = decode(outgoing(answer).raw)
        assert (sent.packet.cn, sent.packet.flag, sent.packet.cp) == ("9014", answered, ())
        assert sent.deviations == ()
    else:
        assert answer is None
