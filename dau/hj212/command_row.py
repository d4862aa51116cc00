"""What a command is: its kind in each direction, its answers, its data area, and the editions that list it."""

from dataclasses import dataclass
from enum import Enum

from dau.hj212.area import Area
from dau.hj212.dialect import Edition


class Role(Enum):
    """An end of the link: the unit (现场机) at the outfall or the platform (上位机)."""

    UNIT = "unit"
    PLATFORM = "platform"


class Kind(Enum):
    """What a packet is in its exchange (clause 6.4): who owes what answer depends on it."""

    REQUEST = "request"  # wants 9011, perhaps data, then 9012
    REPLY = "reply"  # data of a request, with the QN of the request
    UPLOAD = "upload"  # wants 9014 if its Flag says so
    NOTICE = "notice"  # wants 9013
    INTERACTION = "interaction"  # an answer; never answered


class Data(Enum):
    """How many data packets stand between 9011 and 9012 of a request."""

    NONE = "none"
    ONE = "one"  # with the QN of the request
    MANY = "many"  # history: each with a QN of its own


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One meaning of a number: what it is when the platform sends it (``down``) and when the unit does (``up``).

    Attributes:
        number: the CN.
        zh, en: its name.
        down, up: None if that end never sends it.
        asked, told: the data area of the platform and of the unit; None where that end does not send it.
        data: what answers a request between 9011 and 9012.
        sealed: the ends whose packets of this command shall be encrypted in 2025.
        editions: which list it.
        tolerated: which do not, but meet it: commands of other editions, extensions of places.
        example: where the standard prints it.
    """

    number: str
    zh: str
    en: str
    down: Kind | None
    up: Kind | None
    asked: Area | None
    told: Area | None
    data: Data
    sealed: frozenset[Role]
    editions: frozenset[Edition]
    tolerated: frozenset[Edition]
    example: str

    def kind(self, sender: Role) -> Kind | None:
        """Return what the command is when ``sender`` sends it, None if that end never does."""
        return self.up if sender is Role.UNIT else self.down

    def area(self, sender: Role) -> Area | None:
        """Return the data area of what ``sender`` sends, None if it never does."""
        return self.told if sender is Role.UNIT else self.asked

    def answers(self, sender: Role) -> tuple[str, ...]:
        """Return the commands that answer what ``sender`` sends, in their order; 9014 if its Flag wants one."""
        kind = self.kind(sender)
        if kind is Kind.REQUEST:
            return ("9011", "9012") if self.data is Data.NONE else ("9011", self.number, "9012")
        return {Kind.UPLOAD: ("9014",), Kind.NOTICE: ("9013",)}.get(kind, ()) if kind else ()
