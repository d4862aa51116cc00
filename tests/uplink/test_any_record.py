"""Whatever a record tells to whatever platform: each packet is as its command and edition want it, nothing is lost."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from dau.codes.kinds import COMMANDS, fed_by, kinds_of
from dau.core.channels import Channel, ChannelKind, Medium
from dau.core.events import Event, Info, NoiseMeasurement, RawResult, SerialNumber, StandardCheck
from dau.core.periods import MINUTE_MS, Span
from dau.core.records import Record, RecordKind
from dau.core.samples import Sample
from dau.core.states import State
from dau.core.statistics import PeriodStatistic
from dau.hj212 import Dialect, Edition, Packet, Role, decode, dialect, encode, join, validate
from dau.uplink.compose import compose
from dau.uplink.identity import Factor, Platform
from dau.uplink.letters import letters_of
from tests.uplink.composing import at, qns

START_MS = at("20260101120000")
MNS = {Edition.E2005: "88888880000001", Edition.E2017: "010000A8900016F000169DC0"}
NUMBER = st.none() | st.floats(-1e12, 1e12)
STATES = st.sampled_from([State.OK, State.OK, *State])
LOG = st.text() | st.text("清洗管路a/&;,=- \n", max_size=40).map(lambda text: text * 12)
KINDS = st.sampled_from(list(ChannelKind))
VALUE_KINDS = (RecordKind.INTERVAL, RecordKind.HOUR, RecordKind.DAY, RecordKind.FACILITY_DAY, RecordKind.FURNACE)


def code_of(number: int, kind: ChannelKind, edition: Edition) -> str:
    """Return a factor code of a channel, each another one, in the words of the edition."""
    if kind is ChannelKind.FACILITY:
        return f"SB{number + 1}"
    if kind is ChannelKind.NOISE:
        return f"L{number + 1}"
    return f"{number + 100}" if edition is Edition.E2005 else f"a{number:05}"


@st.composite
def platforms(draw: st.DrawFn) -> Platform:
    """Draw a platform of any edition with up to 30 channels of any kinds, some known to it in a unit of its own."""
    edition = draw(st.sampled_from(Edition))
    rules: Dialect = replace(
        dialect(edition),
        label_at_end=draw(st.booleans()),
        sends_raw_avg=edition is Edition.E2025 and draw(st.booleans()),
        measured_if_invalid=draw(st.booleans()),
    )
    kinds = draw(st.lists(KINDS, max_size=6) | st.lists(KINDS, min_size=20, max_size=30))
    digits = draw(st.integers(0, 3))
    channels = {
        f"c{number}": Channel(f"c{number}", f"w{number:05}", "mg/L", digits, Medium.GAS, 5, kind=kind)
        for number, kind in enumerate(kinds)
    }
    factors = {
        name: Factor(code_of(number, channel.kind, edition), draw(st.sampled_from(["mg/L", "ug/L"])), digits)
        for number, (name, channel) in enumerate(channels.items())
    }
    apart = draw(st.sampled_from([None, "45"]))
    factors = {
        name: replace(factor, st=apart if number % 3 == 0 else None)
        for number, (name, factor) in enumerate(factors.items())
    }
    return Platform(
        name="any",
        dialect=rules,
        mn=MNS.get(edition, MNS[Edition.E2017]),
        st="31",
        channels=channels,
        pw="123456",
        receipts=draw(st.booleans()),
        factors=factors,
        letters=letters_of(edition),
    )


def event_for(draw: st.DrawFn, kind: RecordKind, names: Sequence[str]) -> Event:
    name = draw(st.sampled_from(names)) if names else "nobody"
    number = draw(st.floats(-1e12, 1e12))
    match kind:
        case RecordKind.RAW:
            return RawResult(name, draw(NUMBER), draw(STATES), START_MS, draw(st.none() | st.just(START_MS)), "1")
        case RecordKind.NOISE:
            return NoiseMeasurement(tuple((each, draw(NUMBER)) for each in names), draw(STATES))
        case RecordKind.CHECK:
            return StandardCheck(name, number, -number, draw(st.booleans()))
        case RecordKind.SERIAL_NUMBER:
            return SerialNumber(name, "010000A8900016F000169DC1")
        case _:
            return Info("i11001", draw(LOG), draw(st.none() | st.just(name)))


@st.composite
def tellings(draw: st.DrawFn) -> tuple[Record, Platform]:
    """Draw a platform and a record of a kind that it can be told."""
    platform = draw(platforms())
    edition = platform.dialect.edition
    kinds = kinds_of(edition, {channel.kind for channel in platform.channels.values()})
    if not kinds:
        kinds = frozenset({RecordKind.REALTIME})
    kind = draw(st.sampled_from(sorted(kinds)))
    names = list(platform.channels)
    if kind in VALUE_KINDS:
        span = Span(START_MS, MINUTE_MS)
        made = tuple(
            PeriodStatistic(
                name,
                span,
                draw(STATES),
                True,
                1,
                1,
                draw(NUMBER),
                draw(NUMBER),
                draw(NUMBER),
                draw(NUMBER),
                draw(NUMBER),
            )
            for name in names
        )
        return Record(1, kind, span, 0, statistics=made), platform
    instant = Span(START_MS, 0)
    if kind in (RecordKind.REALTIME, RecordKind.FACILITY):
        values = [draw(NUMBER | st.integers(0, 5).map(float)) for _ in names]
        taken = tuple(
            Sample(name, START_MS, value, value, draw(STATES)) for name, value in zip(names, values, strict=True)
        )
        return Record(1, kind, instant, 0, samples=taken), platform
    if kind is RecordKind.RESTART:
        return Record(1, kind, instant, 0), platform
    fed = [name for name, channel in platform.channels.items() if channel.kind in fed_by(kind, edition)]
    return Record(1, kind, instant, 0, event=event_for(draw, kind, fed or names)), platform


def told_of(packets: Sequence[Packet]) -> Counter[str]:
    """Count how many items tell of each factor; the items of a check are one."""
    items = {item[0][0] for packet in packets for item in packet.cp if "-" in item[0][0]}
    assert len(items) == sum("-" in item[0][0] for packet in packets for item in packet.cp), "one told twice"
    return Counter(name.partition("-")[0] for name in items)


def composed(record: Record, platform: Platform, backfilled: bool = False) -> Sequence[Packet]:
    return compose(record, platform, START_MS, qns(), backfilled)


@given(tellings(), st.booleans())
def test_every_packet_is_as_its_command_wants_it_and_is_read_as_it_was_meant(
    telling: tuple[Record, Platform], backfilled: bool
) -> None:
    record, platform = telling
    for packet in composed(record, platform, backfilled):
        assert packet.cn == COMMANDS[record.kind]
        assert validate(packet, Role.UNIT, platform.dialect) == ()
        frame = encode(packet, platform.dialect)
        found = decode(frame, platform.dialect)
        assert (found.packet, found.deviations) == (packet, ())


@given(tellings(), st.booleans())
def test_no_packet_is_too_large_and_each_has_its_own_number(telling: tuple[Record, Platform], backfilled: bool) -> None:
    record, platform = telling
    packets = composed(record, platform, backfilled)
    frames = [encode(packet, platform.dialect) for packet in packets]
    assert all(len(frame) - 12 <= 1024 for frame in frames)
    assert all(len(frame[frame.index(b"CP=&&") : -6]) <= platform.dialect.max_content for frame in frames)
    numbers = [packet.qn for packet in packets if packet.qn is not None]
    assert len(set(numbers)) == len(numbers)


@given(tellings())
def test_every_channel_of_the_platform_is_told_once(telling: tuple[Record, Platform]) -> None:
    record, platform = telling
    found = told_of(composed(record, platform))
    kinds = fed_by(record.kind, platform.dialect.edition)
    wanted = {platform.factors[name].code: name for name, channel in platform.channels.items() if channel.kind in kinds}
    if record.samples or record.statistics:
        assert max(found.values(), default=1) == 1
        if record.kind in (RecordKind.FACILITY, RecordKind.FACILITY_DAY):
            assert set(found) <= set(wanted)
        else:
            assert set(found) == set(wanted)


@given(tellings())
def test_parts_of_one_system_make_one_whole(telling: tuple[Record, Platform]) -> None:
    record, platform = telling
    packets = composed(record, platform)
    for system in {packet.st for packet in packets}:
        parts = [packet for packet in packets if packet.st == system]
        whole = join(parts) if parts[0].is_split else parts[0]
        assert len(parts) == 1 or parts[0].is_split
        assert whole.first("DataTime") is not None
