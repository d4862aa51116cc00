"""A bus in virtual time: who is asked when, what silence becomes, and that no answer is ever taken for another."""

from tests.acquire.stand import START_MS, Stand, instrument
from tests.virtual_time import run_virtual


def test_polls_at_once_and_then_at_multiples_of_the_period() -> None:
    stand = Stand([instrument(3, period_s=5)])
    run_virtual(stand.run(21))
    answers = stand.answers("i3")
    assert [answer.at_ms - START_MS for answer in answers] == [70, 320, 5320, 10320, 15320, 20320]
    assert answers[0].values() == {"s3r0": 30, "s3r1": 31}
    assert not stand.silences("i3")
