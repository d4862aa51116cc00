"""What a platform answers, by mood and edition."""

from dataclasses import replace

import pytest

from dau.hj212 import Edition, Packet, decode, dialect, flag_of, is_interaction
from simulator.platforms.moods import LATE_S, Mood, Temper, answer_to

UPLOAD = Packet(qn="20260101120000001", st="32", cn="2051", pw="123456", mn="A" * 24, flag=5)
EDITIONS = list(Edition)


def in_edition(packet: Packet, edition: Edition) -> Packet:
    return replace(packet, flag=flag_of(dialect(edition).version, answer=True))


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize(("cn", "answer"), [("2051", "9014"), ("2011", "9014"), ("9999", "9014")])
def test_an_upload_has_its_receipt_in_every_edition(edition: Edition, cn: str, answer: str) -> None:
    [sending] = Temper([Mood.GOOD], 1).react(in_edition(replace(UPLOAD, cn=cn), edition), edition)
    received = decode(sending.data)
    assert (received.packet.cn, received.edition) == (answer, edition)


@pytest.mark.parametrize("cn", ["9015", "1001", "1014", "1013"])
def test_a_notice_of_2025_has_its_9013(cn: str) -> None:
    answer = answer_to(in_edition(replace(UPLOAD, cn=cn), Edition.E2025), Edition.E2025)
    assert answer is not None and answer.cn == "9013"


def test_what_wants_no_answer_gets_none() -> None:
    assert Temper([Mood.GOOD], 1).react(replace(UPLOAD, flag=4), Edition.E2017) == ()
    assert Temper([Mood.GOOD], 1).react(replace(UPLOAD, cn="9012"), Edition.E2017) == ()


@pytest.mark.parametrize("mood", list(Mood))
def test_every_mood_does_what_its_name_says(mood: Mood) -> None:
    sendings = Temper([mood], 1).react(UPLOAD, Edition.E2017)
    good = Temper([Mood.GOOD], 1).react(UPLOAD, Edition.E2017)[0].data
    said = [sending.data for sending in sendings]
    expected = {
        Mood.GOOD: said == [good],
        Mood.SILENT: said == [],
        Mood.LATE: said == [good] and sendings[:1] != () and sendings[0].delay_s == LATE_S,
        Mood.TWICE: said == [good, good],
        Mood.WRONG_QN: said != [good] and b"QN=20000101000000000" in b"".join(said),
        Mood.REFUSING: b"CN=9011" in b"".join(said) and b"QnRtn=2" in b"".join(said),
        Mood.BAD_CRC: said == [good[:-6] + b"FFFF\r\n"],
        Mood.CLOSING: said == [b""] and sendings[0].hangs_up,
        Mood.HALF: said == [good[: len(good) // 2]] and sendings[0].hangs_up,
    }
    assert expected[mood]


def test_the_same_seed_has_the_same_moods() -> None:
    def story(seed: int) -> list[object]:
        temper = Temper(list(Mood), seed)
        return [temper.react(UPLOAD, Edition.E2017) for _ in range(50)]

    assert story(3) == story(3)
    assert story(3) != story(4)


def test_a_header_that_cannot_be_echoed_is_answered_by_nothing() -> None:
    sendings = Temper([Mood.GOOD], 1).react(replace(UPLOAD, mn="A" * 2000), Edition.E2017)
    assert [sending.data for sending in sendings] == [b""]
    assert not is_interaction(UPLOAD.cn)
