"""Each departure of a sender in the field is accepted and named."""

import pytest

from dau.hj212 import Deviation, decode
from tests.hj212.framing import HEADER, content, frame


def deviations(raw: bytes) -> list[Deviation]:
    return list(decode(raw).deviations)


D = Deviation


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (HEADER, []),
        (HEADER.replace("QN=20240101000000001;", ""), [D.QN_MISSING]),
        (HEADER.replace("20240101000000001", "1704067200000"), [D.QN_FORM]),
        (HEADER.replace("ST=32;", ""), [D.ST_MISSING]),
        (HEADER.replace("ST=32", "ST=032"), [D.ST_FORM]),
        (HEADER.replace("PW=123456;", ""), [D.PW_MISSING]),
        (HEADER.replace("PW=123456", "PW="), [D.PW_MISSING]),
        (HEADER.replace("PW=123456", "PW=1234567890"), [D.PW_FORM]),
        (HEADER.replace("MN=010000A8900016F000169DC0;", ""), [D.MN_MISSING]),
        (HEADER.replace("010000A8900016F000169DC0", "A110000_0001"), [D.MN_FORM]),
        (HEADER.replace("Flag=5;", ""), [D.MN_FORM, D.FLAG_MISSING]),  # read as 2005, whose MN has 14 characters
        (HEADER.replace("Flag=5", "FLAG=5"), [D.HEADER_CASE]),
        (HEADER.replace("Flag=5", "Flag=05"), [D.NUMBER_PADDED]),
        (HEADER.replace("Flag=5", "Flag=x"), [D.FLAG_FORM, D.MN_FORM, D.FLAG_MISSING]),
        (HEADER.replace("Flag=5", "Flag=256"), [D.FLAG_FORM, D.MN_FORM, D.FLAG_MISSING]),
        (HEADER.replace("Flag=5", "Flag=7"), [D.NUMBERS_MISSING]),
        (HEADER + "PNUM=2;PNO=1;", [D.NUMBERS_UNANNOUNCED]),
        (HEADER.replace("Flag=5", "Flag=7") + "PNUM=2;PNO=1;", []),
        (HEADER.replace("Flag=5", "Flag=7") + "PNO=1;PNUM=2;", [D.HEADER_ORDER]),
        (HEADER.replace("Flag=5", "Flag=7") + "PNUM=02;PNO=01;", [D.NUMBER_PADDED]),
        (HEADER.replace("Flag=5", "Flag=7") + "PNUM=12345;PNO=1;", [D.NUMBERS_FORM, D.NUMBERS_MISSING]),
        (HEADER.replace("Flag=5", "Flag=11") + "PNUM=12;PNO=1;", [D.NUMBERS_FORM]),
        ("ST=32;" + HEADER.replace("ST=32;", ""), [D.HEADER_ORDER]),
        (HEADER + "IMEI=12;", [D.HEADER_UNKNOWN]),
        (HEADER.replace("Flag=5", "Flag=9") + "RF=1;", []),
        (HEADER + "ST=33;", [D.HEADER_TWICE, D.HEADER_ORDER]),
        (HEADER.replace(";ST", ";;ST"), [D.HEADER_EMPTY_FIELD]),
        (HEADER.replace(";ST", "; ST"), [D.BLANKS]),
        (HEADER + " ", [D.BLANKS]),
        (HEADER.replace(";ST", ",ST"), [D.HEADER_COMMA]),
        (HEADER.removesuffix(";") + ",", [D.HEADER_COMMA]),
        (HEADER.removesuffix(";"), [D.CP_NOT_SEPARATED]),
        (HEADER.replace("2011", "9014").replace("ST=32", "ST=91").replace("Flag=5", "Flag=4"), []),
        (HEADER.replace("2011", "9014").replace("Flag=5", "Flag=4"), [D.ANSWER_ST]),
        (HEADER.replace("2011", "9014").replace("ST=32", "ST=91"), [D.ANSWER_FLAG]),
    ],
)
def test_header(header: str, expected: list[Deviation]) -> None:
    assert deviations(content("", header)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("DataTime=20240101000000;w01018-Rtd=1,w01018-Flag=N", []),
        ("LA-Rtd=50.1;SB1-RS=1;e10101-Rtd=1;PolId=w01018,i12001-Info=1", []),
        ("w01018-Rtd=1,Flag=N", [D.FLAG_BARE]),
        ("w01018-Rtd=1;w01018-Flag=N", [D.FACTOR_SCATTERED]),
        ("L5-Data=1;L5-DayData=2", []),
        ("w01018-Flag=N,w01018-Rtd=1", [D.FLAG_FIRST]),
        ("w01018-Rtd=1,w01018-Rtd=2", [D.NAME_TWICE]),
        ("PolId=a,i12001-Info=1;PolId=b,i12002-Info=2", [D.NAME_TWICE]),
        ("W01018-Rtd=1", [D.FACTOR_CODE]),
        ("a2101-Rtd=1", [D.FACTOR_CODE]),
        ("011-Rtd=1", [D.FACTOR_CODE]),
        ("w01018-ValidNum=1", [D.ATTRIBUTE]),
        ("w01018-Rtd=1,w01018-Flag=m", [D.FLAG_LETTER]),
        ("DataTime=20240101000000123", [D.DATA_TIME]),
        ("DataTime=20241301000000", [D.DATA_TIME]),
        ("a=1&&b", [D.AMPERSANDS_INSIDE]),
    ],
)
def test_content_of_2017(text: str, expected: list[Deviation]) -> None:
    assert deviations(content(text)) == expected


def test_factor_codes_belong_to_editions() -> None:
    old = "ST=32;CN=2011;PW=123456;MN=12345678901234;"
    assert deviations(content("DataTime=20240101000000;011-Rtd=1,011-Flag=N;B01-Rtd=2;S01-Rtd=3", old)) == []
    assert deviations(content("w01018-Rtd=1", old)) == [D.FACTOR_CODE]
    new = HEADER.replace("Flag=5", "Flag=9")
    assert deviations(content("p99101-Rtd=St;w01018-RawAvg=1,w01018-Flag=Td", new)) == []


def test_gb18030_is_read_and_named() -> None:
    received = decode(frame(f"{HEADER}CP=&&i11001-Info=//清洗管路//&&".encode("gb18030")))
    assert received.deviations == (D.GB18030,)
    assert received.packet.first("i11001-Info") == "//清洗管路//"


def test_cp_in_lower_case_or_with_blanks() -> None:
    assert deviations(frame(f"{HEADER}cp=&&&&")) == [D.HEADER_CASE]
    assert deviations(frame(f"{HEADER}CP = &&&&")) == [D.BLANKS]


def test_every_deviation_has_its_own_text() -> None:
    assert len({each.value for each in Deviation}) == len(list(Deviation))
