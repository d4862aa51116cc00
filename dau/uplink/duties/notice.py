"""A packet of the unit's own that tells of no record: who it is, that it lives, what it asks for."""

from dau.hj212 import Content, Edition, Packet, command, flag_of
from dau.uplink.desk import Desk


def notice(desk: Desk, cn: str, content: Content = (), st: str | None = None) -> Packet:
    """Return the packet with a QN of its own; it wants an answer. ``st`` is that of the site if None."""
    platform = desk.account.platform
    return Packet(
        qn=desk.account.next_qn(),
        st=platform.st if st is None else st,
        cn=cn,
        pw=platform.pw,
        mn=platform.mn,
        flag=flag_of(platform.dialect.version, answer=True),
        cp=content,
    )


def is_listed(cn: str, edition: Edition) -> bool:
    """Tell whether an edition has a command; a unit does not ask for what a platform cannot know."""
    row = command(cn, edition)
    return row is not None and edition in row.editions
