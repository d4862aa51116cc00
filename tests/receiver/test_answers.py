"""What is answered in which edition, byte for byte. In virtual time."""

from pathlib import Path

import pytest

from tests.receiver.site import Site, at_site, frame


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        (
            "QN=20260101000000000;ST=32;CN=1013;PW=100000;MN=M;Flag=5;CP=&&&&",
            "QN=20260101000000000;ST=91;CN=9013;PW=100000;MN=M;Flag=4;CP=&&&&",
        ),
        (
            "QN=20260101000000000;ST=21;CN=9015;PW=100000;MN=A110000_0001;Flag=9;CP=&&&&",
            "QN=20260101000000000;ST=91;CN=9013;PW=100000;MN=A110000_0001;Flag=8;CP=&&&&",
        ),
        (
            "QN=20260101000000000;ST=21;CN=9015;PW=100000;MN=A110000_0001;Flag=5;CP=&&&&",
            "QN=20260101000000000;ST=91;CN=9014;PW=100000;MN=A110000_0001;Flag=4;CP=&&&&",
        ),
        (
            "QN=20260101000000000;ST=21;CN=9021;PW=100000;MN=A110000_0001;Flag=1;CP=&&&&",
            "ST=91;CN=9014;PW=100000;MN=A110000_0001;Flag=0;CP=&&QN=20260101000000000;CN=9021&&",
        ),
        (
            "QN=20260101000000000;ST=32;CN=1001;PW=123456;MN=;Flag=9;CP=&&i23005-Info=69700;i23006-Info=A8&&",
            "QN=20260101000000000;ST=91;CN=9013;PW=123456;MN=;Flag=8;CP=&&&&",
        ),
        (
            "QN=20260101000000000;ST=32;CN=1014;PW=123456;MN=M;Flag=9;CP=&&SKCreateTime=20260101000000000&&",
            "QN=20260101000000000;ST=91;CN=9013;PW=123456;MN=M;Flag=8;CP=&&&&",
        ),
        (
            "QN=20260101000000000;ST=32;CN=2011;PW=123456;MN=88888880000001;Flag=1;CP=&&DataTime=20260101000000;011-Rtd=1&&",
            "ST=91;CN=9014;PW=123456;MN=88888880000001;Flag=0;CP=&&QN=20260101000000000;CN=2011&&",
        ),
        (
            "QN=20260101000000000;PNUM=2;PNO=1;ST=32;CN=2011;PW=123456;MN=88888880000001;Flag=3;CP=&&DataTime=2026&&",
            "ST=91;CN=9014;PW=123456;MN=88888880000001;Flag=0;CP=&&QN=20260101000000000;CN=2011;PNUM=2;PNO=1&&",
        ),
        (
            "QN=20260101000000000;ST=32;CN=2061;PW=;MN=;Flag=7;PNUM=2;PNO=2;CP=&&DataTime=20260101000000&&",
            "QN=20260101000000000;ST=91;CN=9014;PW=;MN=;Flag=4;CP=&&&&",
        ),
    ],
    ids=[
        "notice",
        "heartbeat of 2025",
        "heartbeat of before",
        "login of 2005",
        "registration",
        "renewal",
        "2005",
        "2005 split",
        "sub-packet without MN",
    ],
)
def test_answers_have_the_layout_of_what_they_answer(tmp_path: Path, sent: str, answer: str) -> None:
    async def work(site: Site) -> None:
        unit = site.call()
        await unit.write(frame(sent))
        assert await unit.read() == frame(answer)

    at_site(tmp_path, work)
