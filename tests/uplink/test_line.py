"""One exchange and what a platform can do to it: answer, keep silent, answer wrongly, babble, ask, hang up."""

import asyncio
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from dau.hj212 import Packet, encode, qn_from_ms
from tests.uplink import far_end
from tests.uplink.far_end import FarEnd, Reaction, frame_of, receipt
from tests.uplink.stand import PW, START_MS, Stand, at_stand, platform

REQUEST = "QN=20260101120000001;ST=32;CN=1011;PW=S3cr9t;MN=010000A8900016F000169DC0;Flag=5;CP=&&PolId=w01018&&"


def unasked(cn: str, content: str = "") -> bytes:
    return frame_of(REQUEST.replace("CN=1011", f"CN={cn}").replace("PolId=w01018", content))


def test_a_receipt_ends_a_delivery(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        national = stand.far_end()
        stand.start(platform(), national)
        await stand.owe_minutes(1)
        await asyncio.sleep(1)
        (heard,) = national.heard
        rows = await stand.rows("SELECT state, qn, done_ms, attempts FROM delivery")
        assert rows == [("acknowledged", heard.packet.qn, START_MS + 50, 1)]
        assert heard.packet.qn == qn_from_ms(START_MS)
        assert heard.packet.flag == 5

    at_stand(tmp_path, work)


def test_without_an_answer_the_very_same_bytes_are_sent_again(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        national = stand.far_end(script=far_end.silence)
        stand.start(platform(timeout_s=7.0, resends=2), national)
        await stand.owe_minutes(1)
        await asyncio.sleep(60)
        assert [round(one.at_s, 3) for one in national.heard] == [0.0, 7.0, 14.0]
        assert len({one.raw for one in national.heard}) == 1
        assert {one.connection for one in national.heard} == {1}

    at_stand(tmp_path, work)


@pytest.mark.parametrize("resends", [0, 5])
def test_as_often_as_the_settings_say(tmp_path: Path, resends: int) -> None:
    async def work(stand: Stand) -> None:
        national = stand.far_end(script=far_end.silence)
        stand.start(platform(timeout_s=2.0, resends=resends), national)
        await stand.owe_minutes(1)
        await asyncio.sleep(30)
        assert len(national.heard) == 1 + resends

    at_stand(tmp_path, work)


def test_a_receipt_after_the_time_out_still_counts(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        national = stand.far_end(script=far_end.late(12.0))
        stand.start(platform(), national)
        await stand.owe_minutes(1)
        await asyncio.sleep(30)
        assert len(national.heard) == 2
        assert await stand.states() == ["acknowledged"]
        assert len(national.pipes) == 1

    with capture_logs() as lines:
        at_stand(tmp_path, work)
    assert [line["event"] for line in lines] == ["platform_connected", "answer_to_nothing"]


def test_a_receipt_that_comes_twice_ends_one_delivery_only(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        national = stand.far_end(script=far_end.twice)
        stand.start(platform(), national)
        await stand.owe_minutes(3)
        await asyncio.sleep(5)
        assert len({packet.qn for packet in national.uploads()}) == len(national.heard) == 3
        assert await stand.states() == ["acknowledged"] * 3
        assert len(national.said) == 6

    with capture_logs() as lines:
        at_stand(tmp_path, work)
    spare = [line for line in lines if line["event"] in ("answer_to_nothing", "answer_with_wrong_qn")]
    assert len(spare) == 3


def test_an_answer_with_a_wrong_qn_is_reported_and_ends_nothing(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        national = stand.far_end(script=far_end.wrong_qn)
        stand.start(platform(), national)
        await stand.owe_minutes(1)
        await asyncio.sleep(39)
        assert [round(one.at_s) for one in national.heard] == [0, 10, 20, 30]
        national.script = receipt
        await asyncio.sleep(71)
        assert await stand.states() == ["acknowledged"]

    with capture_logs() as lines:
        at_stand(tmp_path, work)
    wrong = [line for line in lines if line["event"] == "answer_with_wrong_qn"]
    assert len(wrong) == 4
    assert wrong[0]["cn"] == "9014"
    assert (wrong[0]["found"], wrong[0]["expected"]) == ("20000101000000000", qn_from_ms(START_MS))
    assert wrong[0]["platform"] == "national"


NOISES = {
    "modem": b"\r\nNO CARRIER\r\n",
    "zeros": bytes(5000),
    "secret": b"PW=S3cr9t;MN=010000A8900016F000169DC0;\r\n",
    "bad crc": REQUEST.encode().join((b"##0104", b"0000\r\n")),
    "no form": frame_of("PW=S3cr9t;nothing"),
    "too long": b"##9999PW=S3cr9t;",
}


@pytest.mark.parametrize("noise", NOISES.values(), ids=NOISES)
def test_rubbish_and_bad_frames_are_survived_and_kept_and_show_no_password(tmp_path: Path, noise: bytes) -> None:
    async def work(stand: Stand) -> None:
        national = stand.far_end(script=far_end.preceded_by(noise))
        stand.start(platform(), national)
        await stand.owe_minutes(2)
        await asyncio.sleep(30)
        assert await stand.states() == ["acknowledged"] * 2
        assert len(national.heard) == 2
        kept = await stand.rows("SELECT frame FROM wire WHERE sent = 0 ORDER BY id")
        assert b"".join(frame for (frame,) in kept) == b"".join(national.said)

    with capture_logs() as lines:
        at_stand(tmp_path, work)
    assert {line["event"] for line in lines} & {"platform_sent_rubbish", "platform_sent_bad_frame"}
    told = str(lines)
    assert PW not in told
    assert PW.encode().hex(" ") not in told


def test_half_a_frame_holds_up_what_follows_for_a_moment_only(tmp_path: Path) -> None:
    half = REQUEST.encode().join((b"##0900", b""))

    async def work(stand: Stand) -> None:
        national = stand.far_end(script=far_end.preceded_by(half))
        stand.start(platform(), national)
        await stand.owe_minutes(1)
        await asyncio.sleep(9)
        assert await stand.states() == ["acknowledged"]
        assert len(national.heard) == 1

    at_stand(tmp_path, work)


def test_half_a_frame_and_then_the_end(tmp_path: Path) -> None:
    half = b"##0087QN=2026"

    async def work(stand: Stand) -> None:
        national = stand.far_end(script=lambda _: Reaction(((0.1, half),), closes=True))
        stand.start(platform(), national)
        await stand.owe_minutes(1)
        await asyncio.sleep(1)
        assert await stand.states() == ["waiting"]
        assert await stand.rows("SELECT frame FROM wire WHERE sent = 0") == [(half,)]
        national.script = receipt
        await asyncio.sleep(90)
        assert await stand.states() == ["acknowledged"]

    at_stand(tmp_path, work)


async def answers_to(stand: Stand, national: FarEnd, *frames: bytes) -> list[Packet]:
    """Say something to a unit that has nothing to send, and return what it answers."""
    stand.start(platform(), national)
    await asyncio.sleep(1)
    for frame in frames:
        await national.say(frame)
    await asyncio.sleep(1)
    assert len(national.pipes) == 1
    return [one.packet for one in national.heard]


@pytest.mark.parametrize("cn", ["1011", "1072", "2011", "2051", "3020", "7777"])
def test_a_request_is_refused_in_so_many_words(tmp_path: Path, cn: str) -> None:
    async def work(stand: Stand) -> None:
        (answer,) = await answers_to(stand, stand.far_end(), unasked(cn))
        assert encode(answer) == frame_of(
            "QN=20260101120000001;ST=91;CN=9011;PW=S3cr9t;MN=010000A8900016F000169DC0;Flag=4;CP=&&QnRtn=2&&"
        )

    with capture_logs() as lines:
        at_stand(tmp_path, work)
    assert [line.get("cn") for line in lines if line["event"] == "platform_asks_for_what_is_not_served"] == [cn]


@pytest.mark.parametrize("cn", ["2012", "2022", "2081", "9013", "9014"])
def test_notices_answers_and_uploads_get_no_refusal(tmp_path: Path, cn: str) -> None:
    async def work(stand: Stand) -> None:
        assert await answers_to(stand, stand.far_end(), unasked(cn)) == []

    at_stand(tmp_path, work)


def test_a_request_without_any_identity_is_refused_as_well(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        (answer,) = await answers_to(stand, stand.far_end(), frame_of("CN=1011;Flag=5;CP=&&&&"))
        assert (answer.cn, answer.first("QnRtn"), answer.qn, answer.mn) == ("9011", "2", None, None)

    at_stand(tmp_path, work)


@pytest.mark.parametrize("qn", ["a&&b", "x" * 3000], ids=["torn", "endless"])
def test_a_request_that_cannot_be_answered_stops_nothing(tmp_path: Path, qn: str) -> None:
    async def work(stand: Stand) -> None:
        national = stand.far_end()
        poison = frame_of(REQUEST.replace("20260101120000001", qn).replace("Flag=5", "Flag=1"))
        (answer,) = await answers_to(stand, national, poison, unasked("1011"))
        assert answer.qn == "20260101120000001"
        await stand.owe_minutes(1)
        await asyncio.sleep(1)
        assert await stand.states() == ["acknowledged"]

    with capture_logs() as lines:
        at_stand(tmp_path, work)
    (told,) = [line for line in lines if line["event"] == "request_cannot_be_answered"]
    assert told["cn"] == "1011"
    assert PW not in str(lines)


def test_a_flood_of_requests_delays_no_upload_beyond_its_time(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        national = stand.far_end(greeting=unasked("1011") * 400)
        stand.start(platform(), national)
        await stand.owe_minutes(3)
        await asyncio.sleep(5)
        assert await stand.states() == ["acknowledged"] * 3
        assert len(national.heard) == 403
        assert [len(national.uploads(cn)) for cn in ("9011", "2051")] == [400, 3]

    at_stand(tmp_path, work)


def test_a_platform_that_answers_unasked_costs_no_memory(tmp_path: Path) -> None:
    """Where no receipt is asked for nobody takes the answers: they are told and dropped, not gathered."""

    async def work(stand: Stand) -> None:
        national = stand.far_end(script=far_end.late(0.05))
        stand.start(platform(receipts=False), national)
        await stand.owe_minutes(20)
        await asyncio.sleep(30)
        assert await stand.states() == ["sent"] * 20

    with capture_logs() as lines:
        at_stand(tmp_path, work)
    assert len([line for line in lines if line["event"] == "answer_to_nothing"]) == 20


def test_the_wire_is_kept_byte_for_byte(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        national = stand.far_end()
        stand.start(platform(), national)
        await stand.owe_minutes(3)
        await asyncio.sleep(5)
        await national.say(unasked("1011"))
        await asyncio.sleep(1)
        rows = await stand.rows("SELECT sent, record, frame, platform FROM wire ORDER BY id")
        assert [frame for sent, _, frame, _ in rows if sent] == [one.raw for one in national.heard]
        assert [frame for sent, _, frame, _ in rows if not sent] == national.said
        assert [record for sent, record, _, _ in rows if sent] == [1, 2, 3, None]
        assert {name for *_, name in rows} == {"national"}

    at_stand(tmp_path, work)
