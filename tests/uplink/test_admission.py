"""What is wrong with a request, each field by itself and all of them in the order of the answers."""

from dataclasses import replace

import pytest

from dau.hj212 import HJ2005, HJ2017, HJ2025, Dialect, Packet, qn_from_ms
from dau.uplink.admission import AHEAD_MS, Past, admit, digest_of
from dau.uplink.desk import QnRtn
from dau.uplink.handlers import SERVED
from dau.uplink.identity import Factor, Platform, Policy
from tests.uplink.stand import PW, START_MS, platform

MN = "010000A8900016F000169DC0"
FLAGS = {HJ2005: 1, HJ2017: 5, HJ2025: 9}
NOTHING = Past()


def request(**fields: object) -> Packet:
    good = Packet(qn="20260101120000001", st="32", cn="1011", pw=PW, mn=MN, flag=5)
    return replace(good, **fields)  # type: ignore[arg-type]


def verdict(packet: Packet, identity: Platform | None = None, past: Past = NOTHING) -> QnRtn:
    return admit(packet, identity or platform(), past, SERVED)


@pytest.mark.parametrize("spoken", [HJ2005, HJ2017, HJ2025], ids=lambda each: each.edition.value)
@pytest.mark.parametrize("asked", [HJ2005, HJ2017, HJ2025], ids=lambda each: each.edition.value)
def test_a_good_request_of_any_edition_is_taken_from_a_platform_of_any(spoken: Dialect, asked: Dialect) -> None:
    assert verdict(request(flag=FLAGS[asked]), platform(dialect=spoken)) is QnRtn.ACCEPTED


WRONG = {
    "another unit": ({"mn": "010000A8900016F000169DC1"}, QnRtn.MN),
    "small letters": ({"mn": MN.lower()}, QnRtn.MN),
    "no MN": ({"mn": None}, QnRtn.MN),
    "empty MN": ({"mn": ""}, QnRtn.MN),
    "wrong PW": ({"pw": "123456"}, QnRtn.PW),
    "PW that begins well": ({"pw": PW + "x"}, QnRtn.PW),
    "PW that is no text": ({"pw": "\ud800"}, QnRtn.PW),
    "no PW": ({"pw": None}, QnRtn.PW),
    "empty PW": ({"pw": ""}, QnRtn.PW),
    "ST of the air": ({"st": "31"}, QnRtn.ST),
    "ST of answers": ({"st": "91"}, QnRtn.ST),
    "no ST": ({"st": None}, QnRtn.ST),
    "version of the future": ({"flag": 13}, QnRtn.FLAG),
    "no Flag": ({"flag": None}, QnRtn.FLAG),
    "a part of it": ({"flag": 7, "pnum": 2, "pno": 1}, QnRtn.FLAG),
    "no QN": ({"qn": None}, QnRtn.QN),
    "QN that is no time": ({"qn": "20261301120000001"}, QnRtn.QN),
    "QN that is a word": ({"qn": "request"}, QnRtn.QN),
    "unknown CN": ({"cn": "7777"}, QnRtn.CN),
    "CN that only units send": ({"cn": "2081"}, QnRtn.CN),
    "CN of another edition": ({"cn": "1014"}, QnRtn.CN),
    "CN of 2005 that makes no sense": ({"cn": "1031", "flag": 1}, QnRtn.CN),
}


@pytest.mark.parametrize(("fields", "code"), WRONG.values(), ids=WRONG)
def test_one_wrong_field(fields: dict[str, object], code: QnRtn) -> None:
    assert verdict(request(**fields)) is code


def test_with_everything_wrong_the_answers_come_in_their_order() -> None:
    """Each mended field uncovers the next one that is wrong."""
    identity = platform(policy=Policy(refused=frozenset({"1011"})))
    packet = request(mn="x", pw="x", st="x", flag=13, qn="x", cn="7777")
    mends: list[dict[str, object]] = [
        {},
        {"mn": MN},
        {"pw": PW},
        {"st": "32"},
        {"flag": 5},
        {"qn": "20260101120000001"},
        {"cn": "1011"},
    ]
    codes = []
    for mend in mends:
        packet = replace(packet, **mend)  # type: ignore[arg-type]
        codes.append(verdict(packet, identity))
    assert codes == [QnRtn.MN, QnRtn.PW, QnRtn.ST, QnRtn.FLAG, QnRtn.QN, QnRtn.CN, QnRtn.REFUSED]


@pytest.mark.parametrize("flag", [4, 5, 0, 1, 3, 8, 9])
def test_whether_an_answer_is_wanted_makes_no_difference(flag: int) -> None:
    assert verdict(request(flag=flag)) is QnRtn.ACCEPTED


def test_a_platform_of_2005_may_leave_out_the_flag() -> None:
    assert verdict(request(flag=None), platform(dialect=HJ2005)) is QnRtn.ACCEPTED


def test_the_st_of_a_factor_is_as_good_as_that_of_the_platform() -> None:
    identity = platform(factors={"cod": Factor("e01001", "kW", 1, st="44"), "ph": Factor("w01001", "", 2)})
    assert verdict(request(st="44"), identity) is QnRtn.ACCEPTED
    assert verdict(request(st="45"), identity) is QnRtn.ST


def test_only_the_refused_commands_are_refused() -> None:
    identity = platform(policy=Policy(refused=frozenset({"1012"})))
    assert verdict(request(cn="1012"), identity) is QnRtn.REFUSED
    assert verdict(request(cn="1011"), identity) is QnRtn.ACCEPTED


@pytest.mark.parametrize("cn", ["2012", "2022"])
def test_notices_are_looked_at_in_the_same_way(cn: str) -> None:
    assert verdict(request(cn=cn)) is QnRtn.ACCEPTED
    assert verdict(request(cn=cn, pw="x")) is QnRtn.PW


@pytest.mark.parametrize(
    ("back_ms", "code"), [(0, QnRtn.ACCEPTED), (300_000, QnRtn.ACCEPTED), (300_001, QnRtn.QN), (AHEAD_MS, QnRtn.QN)]
)
def test_a_request_may_be_older_than_the_newest_by_the_tolerance(back_ms: int, code: QnRtn) -> None:
    packet = request(qn=qn_from_ms(START_MS - back_ms))
    assert verdict(packet, past=Past(newest_ms=START_MS)) is code


def test_a_qn_is_good_for_one_request() -> None:
    assert verdict(request(), past=Past(is_used=True)) is QnRtn.QN


def test_a_unit_without_mn_takes_the_command_that_brings_one_and_no_other() -> None:
    nameless = platform(mn="", dialect=HJ2025)
    assert verdict(request(cn="1002", flag=9), nameless) is QnRtn.ACCEPTED
    assert verdict(request(cn="1002", flag=9, pw=HJ2025.initial_pw), nameless) is QnRtn.ACCEPTED
    assert verdict(request(cn="1002", flag=9, pw="x"), nameless) is QnRtn.PW
    assert verdict(request(cn="1011", flag=9), nameless) is QnRtn.MN
    assert verdict(request(cn="1002", flag=9, mn="A" * 24), platform(dialect=HJ2025)) is QnRtn.ACCEPTED


CHANGES: list[dict[str, object]] = [
    {"qn": "20260101120000002"},
    {"st": "31"},
    {"cn": "1061"},
    {"pw": "x"},
    {"mn": "x"},
    {"flag": 4},
    {"pnum": 1},
    {"pno": 1},
    {"cp": ((("PolId", "w01018"),),)},
    {"cp": ((("PolId", "w01018"), ("x", "")),)},
    {"extra": (("RF", "1"),)},
]


def test_the_digest_tells_every_two_requests_apart() -> None:
    packets = [request(), *(request(**change) for change in CHANGES)]
    assert len({digest_of(packet) for packet in packets}) == len(packets)
    assert digest_of(request()) == digest_of(request())
