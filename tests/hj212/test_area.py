"""Data areas as data: written with the official separators, and held against the table."""

import pytest

from dau.hj212 import HJ2025, Deviation, Edition, Finding, LocalError, Packet, Role, command, decode, validate
from dau.hj212.area import area
from dau.hj212.content import write_content
from tests.hj212.vectors import GOOD, Vector
from tests.hj212.vectors_2025 import BY_ID_2025, Vector2025, name_of, of_kind

TIMES = {"BeginTime": "20240601010522", "EndTime": "20240601085857"}


@pytest.mark.parametrize(
    ("cn", "edition", "values", "written"),
    [
        ("1000", Edition.E2017, {"OverTime": "5", "ReCount": "3"}, "OverTime=5;ReCount=3"),
        (
            "1014",
            Edition.E2025,
            {"NewSK": "0000000000000000", "SKCreateTime": "20240601085857223"},
            "SKCreateTime=20240601085857223,NewSK=0000000000000000",
        ),
        ("3011", Edition.E2017, {"PolId": "w01018"}, "PolId=w01018"),
        ("3011", Edition.E2025, {"PolId": "w01018", "CalibrationType": "0"}, "PolId=w01018,CalibrationType=0"),
        ("2041", Edition.E2017, TIMES, "BeginTime=20240601010522,EndTime=20240601085857"),
        ("2061", Edition.E2017, TIMES, "BeginTime=20240601010522;EndTime=20240601085857"),
        (
            "3020",
            Edition.E2025,
            {"PolId": "w01018", "InfoId": "i11001"} | TIMES,
            "PolId=w01018;InfoId=i11001;BeginTime=20240601010522,EndTime=20240601085857",
        ),
        ("3020", Edition.E2025, {"InfoId": "i12001"}, "InfoId=i12001"),
        ("1011", Edition.E2017, {}, ""),
        ("1072", Edition.E2005, {"PW": "654321"}, "PW=654321"),
        ("1072", Edition.E2017, {"NewPW": "654321"}, "NewPW=654321"),
    ],
)
def test_requests_are_written_like_the_official_example(
    cn: str, edition: Edition, values: dict[str, str], written: str
) -> None:
    row = command(cn, edition)
    assert row is not None
    assert row.asked is not None
    assert write_content(row.asked.content(values)) == written


@pytest.mark.parametrize("identity", ["C1", "C5", "C8", "C41", "C48", "C53"])
def test_against_the_printed_examples_of_2025(identity: str) -> None:
    packet = decode(BY_ID_2025[identity]["frame_computed"].encode()).packet
    row = command(packet.cn, Edition.E2025)
    assert row is not None
    assert row.asked is not None
    values = {name: value for item in packet.cp for name, value in item}
    plain = {name: value for name, value in values.items() if "-" not in name}
    if plain == values:
        assert row.asked.content(values) == packet.cp
    assert row.asked.findings(packet.cp) == ()


def test_values_that_are_missing_or_have_no_place() -> None:
    with pytest.raises(LocalError, match="CP: values of OverTime, expected OverTime;ReCount"):
        area("OverTime;ReCount").content({"OverTime": "5"})
    with pytest.raises(LocalError, match="CP: values of X, expected nothing"):
        area("").content({"X": "5"})


@pytest.mark.parametrize("vector", [each for each in GOOD if each.id[0] in "AC"], ids=lambda vector: vector.id)
def test_examples_of_2017_have_no_finding_in_one_direction(vector: Vector) -> None:
    packet = decode(vector.frame).packet
    assert () in [validate(packet, sender) for sender in Role]


@pytest.mark.parametrize("vector", of_kind("segment", "frame", "derived"), ids=name_of)
def test_examples_of_2025_have_no_finding_in_one_direction(vector: Vector2025) -> None:
    packet = decode((vector.get("frame") or vector["frame_computed"]).encode()).packet
    assert () in [validate(packet, sender) for sender in Role]


D = Deviation


def packet(cn: str, text: str, flag: int = 9) -> Packet:
    items = tuple(tuple(_pair(pair) for pair in item.split(",")) for item in text.split(";") if item)
    return Packet(qn="20240601085857223", st="32", cn=cn, pw="123456", mn="M", flag=flag, cp=items)


def _pair(printed: str) -> tuple[str, str]:
    name, _, value = printed.partition("=")
    return name, value


@pytest.mark.parametrize(
    ("cn", "text", "flag", "found"),
    [
        ("1062", "RtdInterval=30", 5, []),
        ("1062", "", 5, [Finding(D.FIELD_MISSING, "RtdInterval")]),
        ("1062", "RtdInterval=29", 5, [Finding(D.FIELD_VALUE, "RtdInterval")]),
        ("1062", "RtdInterval=x", 5, [Finding(D.FIELD_VALUE, "RtdInterval")]),
        ("1062", "RtdInterval=30;X=1", 5, [Finding(D.FIELD_UNEXPECTED, "X")]),
        ("1064", "MinInterval=7", 5, [Finding(D.FIELD_VALUE, "MinInterval")]),
        ("1012", "SystemTime=20240230000000", 5, [Finding(D.FIELD_VALUE, "SystemTime")]),
        ("2081", "", 5, [Finding(D.DIRECTION)]),
        ("2013", "BeginTime=1;EndTime=2", 5, [Finding(D.COMMAND_UNKNOWN)]),
        ("1014", "SKCreateTime=20240601085857223,NewSK=short", 9, [Finding(D.FIELD_VALUE, "NewSK")]),
        ("3021", "PolId=w01018;InfoId=i13004;i13004-Info=168.0", 9, []),
    ],
)
def test_findings_in_what_a_platform_sends(cn: str, text: str, flag: int, found: list[Finding]) -> None:
    assert list(validate(packet(cn, text, flag), Role.PLATFORM)) == found


def test_plaintext_that_should_be_encrypted() -> None:
    sent = packet("2061", "DataTime=20240601080000;w01018-Avg=1,w01018-Flag=N")
    assert validate(sent, Role.UNIT) == ()
    assert validate(sent, Role.UNIT, is_encrypted=False) == (Finding(D.NOT_ENCRYPTED),)
    assert validate(packet("2061", "DataTime=1"), Role.UNIT, HJ2025, is_encrypted=False) == (
        Finding(D.FIELD_VALUE, "DataTime"),
    )
    assert validate(packet("2061", "DataTime=20240601080000", 5), Role.UNIT, is_encrypted=False) == ()
