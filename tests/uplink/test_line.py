"""One exchange and what a platform can do to it: answer, keep silent, answer wrongly, babble, ask, hang up."""

import asyncio
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from dau.hj212 import Packet, State, data_receipt, encode, notice_receipt, qn_from_ms, request_receipt
from dau.link import Pipe
from dau.uplink.line import Line
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


@pytest.mark.parametrize("cn", ["9011", "9012", "9013", "9014"])
def test_an_answer_is_never_answered(tmp_path: Path, cn: str) -> None:
    async def work(stand: Stand) -> None:
        assert await answers_to(stand, stand.far_end(), unasked(cn)) == []

    at_stand(tmp_path, work)


def test_a_request_without_any_identity_is_refused(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        (answer,) = await answers_to(stand, stand.far_end(), frame_of("CN=1011;Flag=5;CP=&&&&"))
        assert (answer.cn, answer.first("QnRtn"), answer.qn, answer.mn) == ("9011", "4", None, None)

    at_stand(tmp_path, work)


@pytest.mark.parametrize("qn", ["a&&b", "x" * 3000], ids=["torn", "endless"])
def test_a_request_that_cannot_be_answered_stops_nothing(tmp_path: Path, qn: str) -> None:
    async def work(stand: Stand) -> None:
        national = stand.far_end()
        poison = frame_of(REQUEST.replace("20260101120000001", qn).replace("Flag=5", "Flag=1"))
        answers = await answers_to(stand, national, poison, unasked("1061"))
        assert {answer.qn for answer in answers} == {"20260101120000001"}
        await stand.owe_minutes(1)
        await asyncio.sleep(1)
        assert await stand.states() == ["acknowledged"]

    with capture_logs() as lines:
        at_stand(tmp_path, work)
    (told,) = [line for line in lines if line["event"] == "request_cannot_be_answered"]
    assert told["cn"] == "9011"
    assert PW not in str(lines)


def exchange_at(stand: Stand, national: FarEnd) -> "asyncio.Task[Line]":
    """Open a line to a platform that nobody but the test uses."""

    async def open_line() -> Line:
        pipe = await national.dial()()
        line = Line(await stand.desk(platform()), pipe, lambda *_, **__: None)
        stand.sessions.append(stand.group.create_task(listen(line, pipe)))
        return line

    async def listen(line: Line, pipe: Pipe) -> None:
        try:
            await line.listen()
        finally:
            await pipe.close()

    return stand.group.create_task(open_line())


def upload(qn: str, cn: str = "2051") -> Packet:
    return Packet(qn=qn, st="32", cn=cn, pw=PW, mn="010000A8900016F000169DC0", flag=5, cp=())


FIRST, SECOND = "20260101120000001", "20260101120000002"


async def two_exchanges(stand: Stand, *answers: bytes) -> list[State]:
    """Begin two exchanges at once, let the platform say something, and return how they stand at their end."""
    national = stand.far_end(script=far_end.silence)
    line = await exchange_at(stand, national)
    both = [stand.group.create_task(line.tell(upload(qn), None, lambda: None)) for qn in (FIRST, SECOND)]
    await asyncio.sleep(0.1)
    assert [one.packet.qn for one in national.heard] == [FIRST, SECOND]
    for frame in answers:
        await national.say(frame)
    return [(await each).state for each in both]


def test_of_two_exchanges_each_gets_its_own_answer(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        refused, received = request_receipt(upload(FIRST), 3), data_receipt(upload(SECOND))
        ends = await two_exchanges(stand, encode(received), encode(refused))
        assert ends == [State.REFUSED, State.DONE]
        assert stand.clock.monotonic_s() < 1

    at_stand(tmp_path, work)


NAMELESS = frame_of("ST=91;CN=9014;PW=S3cr9t;MN=010000A8900016F000169DC0;Flag=0;CP=&&&&")


def test_an_answer_without_a_qn_belongs_to_the_only_exchange_that_waits(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        ends = await two_exchanges(stand, encode(data_receipt(upload(SECOND))), NAMELESS)
        assert ends == [State.DONE, State.DONE]

    at_stand(tmp_path, work)


def test_an_answer_without_a_qn_belongs_to_none_of_two(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        assert await two_exchanges(stand, NAMELESS) == [State.GIVEN_UP, State.GIVEN_UP]

    with capture_logs() as lines:
        at_stand(tmp_path, work)
    (told,) = [line for line in lines if line["event"] == "answer_with_wrong_qn"]
    assert (told["found"], told["expected"]) == (None, f"{FIRST}, {SECOND}")


def test_an_answer_in_the_layout_of_2005_names_its_qn_inside(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        inside = NAMELESS.decode()[6:-6].replace("CP=&&", f"CP=&&QN={FIRST};CN=2051")
        ends = await two_exchanges(stand, frame_of(inside))
        assert ends == [State.DONE, State.GIVEN_UP]

    at_stand(tmp_path, work)


def test_a_notice_is_told_until_its_own_receipt_comes(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        national = stand.far_end(script=far_end.silence)
        line = await exchange_at(stand, national)
        telling = stand.group.create_task(line.tell(upload(FIRST, "1013"), None, lambda: None, receipt="9013"))
        await asyncio.sleep(1)
        await national.say(encode(data_receipt(upload(FIRST))))
        await asyncio.sleep(11)
        assert len(national.heard) == 2
        await national.say(encode(notice_receipt(upload(FIRST))))
        assert (await telling).state is State.DONE

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
        await national.say(unasked("1061"))
        await asyncio.sleep(1)
        rows = await stand.rows("SELECT sent, record, frame, platform FROM wire ORDER BY id")
        assert [frame for sent, _, frame, _ in rows if sent] == [one.raw for one in national.heard]
        assert [frame for sent, _, frame, _ in rows if not sent] == national.said
        assert [record for sent, record, _, _ in rows if sent] == [1, 2, 3, None, None, None]
        assert {name for *_, name in rows} == {"national"}

    at_stand(tmp_path, work)


SECRET_FRAMES = {
    "1072": frame_of(REQUEST.replace("CN=1011", "CN=1072").replace("PolId=w01018", "NewPW=n3wPw9")),
    "1072 of 2005": frame_of(
        REQUEST.replace("CN=1011", "CN=1072").replace("Flag=5", "Flag=1").replace("PolId=w01018", "PW=n3wPw9")
    ),
    "1014": frame_of(
        REQUEST.replace("CN=1011", "CN=1014").replace("PolId=w01018", "SKCreateTime=20260101120000000,NewSK=n3wPw9")
    ),
    "bad crc": b"##0113" + REQUEST.replace("PolId=w01018", "NewPW=n3wPw9").encode() + b"0000\r\n",
    "rubbish": b"NewPW=n3wPw9;\r\n",
}


@pytest.mark.parametrize("frame", SECRET_FRAMES.values(), ids=SECRET_FRAMES)
def test_new_secrets_are_starred_in_the_evidence_and_nothing_else_is(tmp_path: Path, frame: bytes) -> None:
    async def work(stand: Stand) -> None:
        national = stand.far_end()
        stand.start(platform(), national)
        await asyncio.sleep(1)
        await national.say(frame)
        await asyncio.sleep(10)
        kept = await stand.rows("SELECT frame FROM wire WHERE sent = 0 ORDER BY id")
        assert b"".join(part for (part,) in kept) == frame.replace(b"n3wPw9", b"******")

    with capture_logs() as lines:
        at_stand(tmp_path, work)
    assert "n3wPw9" not in str(lines)
