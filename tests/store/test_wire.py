"""Every frame is kept byte for byte, and each link has one standing: the last."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dau.store import wire
from dau.store.wire import Link, LinkState
from tests.store.tables import tables


@given(st.binary(max_size=300), st.none() | st.integers(1, 9))
def test_a_frame_is_kept_as_it_went(frame: bytes, record: int | None) -> None:
    with tables() as connection:
        wire.add_sent(connection, "p", 7, record, frame)
        wire.add_received(connection, "q", 8, None, frame)
        rows = connection.execute("SELECT at_ms, platform, sent, record, frame FROM wire ORDER BY id").fetchall()
    assert rows == [(7, "p", 1, record, frame), (8, "q", 0, None, frame)]


@pytest.mark.parametrize("state", LinkState)
def test_the_last_standing_of_a_link_is_known(state: LinkState) -> None:
    with tables() as connection:
        assert wire.link_of(connection, "p") is None
        wire.set_link(connection, "p", Link(LinkState.CONNECTING, 1, ""))
        wire.set_link(connection, "q", Link(LinkState.DOWN, 2, "nobody listens"))
        wire.set_link(connection, "p", Link(state, 3, "why"))
        assert wire.link_of(connection, "p") == Link(state, 3, "why")
        assert wire.link_of(connection, "q") == Link(LinkState.DOWN, 2, "nobody listens")
