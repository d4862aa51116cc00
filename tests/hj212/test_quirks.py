"""A platform's quirks are data: how it wants to be written to, what it is known for, and the open points of 2025."""

from dataclasses import fields, replace

import pytest

from dau.hj212 import (
    HJ2005,
    HJ2017,
    HJ2025,
    CipherForm,
    Deviation,
    Dialect,
    Encoding,
    Encryption,
    Exchange,
    LocalError,
    Packet,
    Request,
    as_upload,
    data_receipt,
    decode,
    encode,
    execution_result,
    is_backfilled,
    notice_receipt,
    request_receipt,
)
from dau.hj212.exchange import Action, State
from tests.hj212.framing import content
from tests.hj212.vectors import EXAMPLE

PACKET = decode(EXAMPLE).packet
CHINESE = replace(PACKET, cp=((("i11001-Info", "//清洗管路//"),),))
PART = replace(PACKET, flag=7, pnum=12, pno=3, cp=())


def test_crc_in_small_letters() -> None:
    sent = encode(PACKET, replace(HJ2017, crc_in_lower_case=True))
    assert sent == EXAMPLE.replace(b"1C80", b"1c80")


@pytest.mark.parametrize(("width", "printed"), [(1, b"PNUM=12;PNO=3;"), (4, b"PNUM=0012;PNO=0003;")])
def test_width_of_the_numbers(width: int, printed: bytes) -> None:
    sent = encode(PART, replace(HJ2017, number_width=width))
    assert printed in sent
    assert decode(sent).packet == PART


def test_chinese_text_in_gbk() -> None:
    sent = encode(CHINESE, replace(HJ2017, encoding=Encoding.GBK))
    assert "清洗管路".encode("gb18030") in sent
    assert int(sent[2:6]) == len(sent) - 12
    received = decode(sent)
    assert (received.packet, received.deviations) == (CHINESE, (Deviation.GB18030,))


def test_departures_a_peer_is_known_for_are_not_reported() -> None:
    raw = content("w01018-Rtd=1,Flag=N;", "QN=1;ST=32;CN=2011;PW=123456;MN=M;Flag=5;")
    met = decode(raw).deviations
    assert set(met) == {Deviation.QN_FORM, Deviation.MN_FORM, Deviation.ITEM_EMPTY, Deviation.FLAG_BARE}
    usual = replace(HJ2017, usual=frozenset({Deviation.MN_FORM, Deviation.QN_FORM}))
    known = decode(raw, usual)
    assert set(known.deviations) == {Deviation.ITEM_EMPTY, Deviation.FLAG_BARE}
    assert known.packet == decode(raw).packet


SAFE = {
    "encryption": Encryption(form=CipherForm.RAW, reads_printed=True, seals_requests=False, grace_h=24, alarm_days=80),
    "retained_sample_cn": None,
    "heartbeat_cn": "9015",
    "heartbeat_st": None,
    "registration_st": None,
    "initial_pw": "123456",
    "max_parts": 9,
    "marks_backlog": True,
    "marks_queried": False,
    "max_content": 950,
    "max_segment": 1024,
    "answers_bad_crc": False,
    "sends_raw_avg": False,
    "counted_flags": frozenset({"N"}),
    "label_at_end": False,
}


@pytest.mark.parametrize("name", SAFE)
def test_open_points_of_2025_have_the_safe_default(name: str) -> None:
    assert name in {each.name for each in fields(Dialect)}
    assert getattr(HJ2025, name) == SAFE[name]


def test_more_than_nine_parts_are_not_built_in_2025_and_read_all_the_same() -> None:
    part = replace(PART, flag=11)
    with pytest.raises(LocalError, match="PNUM <= 9"):
        encode(part, HJ2025)
    received = decode(encode(part, HJ2017))
    assert (received.packet, received.deviations) == (part, (Deviation.NUMBERS_FORM,))


def test_back_filling_is_marked_in_2025_alone() -> None:
    marked = as_upload(PACKET, HJ2025, backfilled=True)
    assert encode(replace(marked, flag=9), HJ2025)[6:].startswith(
        b"QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=9;RF=1;CP=&&"
    )
    assert is_backfilled(marked)
    assert not is_backfilled(PACKET)
    for dialect, backfilled in ((HJ2025, False), (HJ2017, True), (HJ2017, False)):
        assert as_upload(marked, dialect, backfilled=backfilled) == PACKET


OLD = Packet(qn="20240601085857223", st="32", cn="2011", pw="123456", mn="88888880000001", flag=0)
OLD_AREA = ((("DataTime", "20240601080000"),), (("011-Rtd", "40.1"), ("011-Flag", "N")))


def exact(packet: Packet) -> str:
    """Encode in 2005; the packet must read back the same and without a departure."""
    sent = encode(packet, HJ2005)
    received = decode(sent)
    assert (received.packet, received.deviations) == (packet, ())
    return sent[6:-6].decode()


def test_2005_uploads() -> None:
    upload = as_upload(replace(OLD, cp=OLD_AREA), HJ2005)
    assert exact(upload) == (
        "ST=32;CN=2011;PW=123456;MN=88888880000001;CP=&&DataTime=20240601080000;011-Rtd=40.1,011-Flag=N&&"
    )
    wanted = as_upload(replace(OLD, flag=1, cp=OLD_AREA), HJ2005)
    assert exact(wanted).startswith("QN=20240601085857223;ST=32;CN=2011;PW=123456;MN=88888880000001;Flag=1;CP=&&")
    part = as_upload(replace(OLD, flag=3, pnum=2, pno=1), HJ2005)
    assert exact(part).startswith("QN=20240601085857223;PNUM=2;PNO=1;ST=32;CN=2011;")


def test_2005_requests_and_their_answers() -> None:
    request = replace(OLD, cn="1061", flag=3)
    assert exact(request) == "QN=20240601085857223;ST=32;CN=1061;PW=123456;MN=88888880000001;Flag=3;CP=&&&&"
    receipt, result = request_receipt(request, 1), execution_result(request, 1)
    head = "ST=91;CN={};PW=123456;MN=88888880000001;Flag=0;CP=&&QN=20240601085857223;{}&&"
    assert exact(receipt) == head.format("9011", "QnRtn=1")
    assert exact(result) == head.format("9012", "ExeRtn=1")
    exchange = Request(request)
    assert [exchange.sent(), exchange.on_packet(receipt), exchange.on_packet(result)] == [
        Action.WAIT,
        Action.WAIT,
        Action.FINISH,
    ]
    assert exchange.state is State.DONE


def test_2005_receipts() -> None:
    upload = replace(OLD, flag=3, pnum=2, pno=1)
    receipt = data_receipt(upload)
    assert exact(receipt).endswith("Flag=0;CP=&&QN=20240601085857223;CN=2011;PNUM=2;PNO=1&&")
    assert exact(notice_receipt(replace(OLD, cn="2012"))).endswith("CP=&&QN=20240601085857223&&")
    exchange = Exchange(upload)
    exchange.sent()
    assert exchange.on_packet(decode(encode(receipt, HJ2005)).packet) is Action.FINISH
