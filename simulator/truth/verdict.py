"""The comparison: every label once, every figure to the last digit, every flag."""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from simulator.scene import Scene
from simulator.truth.carried import Flow, carried_longer, carried_minute
from simulator.truth.chronicle import Chronicle
from simulator.truth.figures import (
    LETTERS,
    Condition,
    Figures,
    Rules,
    fields,
    live_fields,
    longer_figures,
    minute_figures,
)
from simulator.truth.flue import Beside, beside, emitted, with_flows
from simulator.truth.quantities import quantities
from simulator.truth.stored import Stored, label_of, start_of

MINUTE_MS: Final = 60_000
HOUR_MS: Final = 60 * MINUTE_MS
DAY_MS: Final = 24 * HOUR_MS
BEIJING_MS: Final = 8 * HOUR_MS

LIVE: Final = "2011"
LIVE_DELAY_MS: Final = 1000
"""A sample may take so long into the station's database, where a live value is taken from."""

COMMANDS: Final = {MINUTE_MS: "2051", HOUR_MS: "2061", DAY_MS: "2031"}
"""The commands that tell closed periods, by their length. An interval of several minutes is told by 2051 as well."""


Way = tuple[tuple[int, int], Figures]
"""One way to cut the samples between the minutes, and the figures that come of it."""


@dataclass(frozen=True, slots=True)
class Run:
    """When the station ran (milliseconds UTC).

    It was started at ``start_ms`` and had begun to ask by ``begin_ms``; periods that ended by ``must_ms`` must have
    been closed, those that ended by ``may_ms`` may have been. ``intervals`` are the minutes of an interval record, each
    with the instant from which on they held.
    """

    start_ms: int
    begin_ms: int
    must_ms: int
    may_ms: int
    intervals: tuple[tuple[int, int], ...] = ((0, 1),)

    def interval_ms(self, at_ms: int) -> int:
        """Return the length of an interval record that ends at that instant."""
        return [minutes for since_ms, minutes in self.intervals if since_ms <= at_ms][-1] * MINUTE_MS


@dataclass(slots=True)
class Verdict:
    """What was compared, and every disagreement as a sentence."""

    labels: int = 0
    values: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        """Whether something was compared and all of it agreed."""
        return self.values > 0 and not self.problems


def compare(scene: Scene, told: Mapping[str, Chronicle], stored: Stored, run: Run) -> Verdict:
    """Return how well what a receiver stored of one station agrees with what its instruments said.

    The station is taken to send interval records as the run says, and hours and days.
    """
    verdict = Verdict(problems=[f"{one}: a later packet said something else" for one in stored.contradictions])
    intervals = _intervals(run)
    _compare_labels(verdict, stored.labels["2051"], run, "2051", intervals)
    for length_ms in (HOUR_MS, DAY_MS):
        closed = dict.fromkeys(_starts(run, length_ms), length_ms)
        _compare_labels(verdict, stored.labels[COMMANDS[length_ms]], run, COMMANDS[length_ms], closed)
    made: dict[str, _Comparison] = {}
    whole = with_flows(scene.flows, told)
    for quantity in quantities(scene):
        comparison = _Comparison(
            quantity.rules,
            whole.get(quantity.channel, Chronicle()),
            stored,
            run,
            verdict,
            made.get(quantity.carried_by),
            beside(quantity.conversion, whole) if quantity.conversion else None,
        )
        made[quantity.channel] = comparison
        told_alone = {start_ms for start_ms, length_ms in intervals.items() if length_ms == MINUTE_MS}
        minutes = comparison.minutes(_starts(run, MINUTE_MS), told_alone)
        for length_ms in set(intervals.values()) - {MINUTE_MS}:
            starts = [start_ms for start_ms, each_ms in intervals.items() if each_ms == length_ms]
            comparison.longer(starts, length_ms, minutes, MINUTE_MS)
        hours = comparison.longer(_starts(run, HOUR_MS), HOUR_MS, minutes, MINUTE_MS)
        comparison.longer(_starts(run, DAY_MS), DAY_MS, hours, HOUR_MS)
        comparison.live(2 * scene.period_s * 1000 + LIVE_DELAY_MS)
    known = {quantity.rules.factor for quantity in quantities(scene)} | {""}
    verdict.problems += [
        f"{cn} {label} {factor}: unknown factor" for cn, label, factor in stored.data if factor not in known
    ]
    return verdict


def _starts(run: Run, length_ms: int) -> list[int]:
    """Return the starts of all periods that touch the run and had ended by its latest moment."""
    first_ms = run.start_ms - (run.start_ms + BEIJING_MS) % length_ms
    return list(range(first_ms, run.may_ms - length_ms + 1, length_ms))


def _intervals(run: Run) -> dict[int, int]:
    """Return the starts of all interval records that touch the run, each with its length."""
    ends = [start_ms + MINUTE_MS for start_ms in _starts(run, MINUTE_MS)]
    lengths = {end_ms: run.interval_ms(end_ms) for end_ms in ends}
    return {
        end_ms - length_ms: length_ms for end_ms, length_ms in lengths.items() if (end_ms + BEIJING_MS) % length_ms == 0
    }


def _compare_labels(verdict: Verdict, labels: set[str], run: Run, command: str, starts: Mapping[int, int]) -> None:
    """Compare the labels of one command with the periods that were closed: their starts, each with its length."""
    due = {label_of(at_ms) for at_ms, length_ms in starts.items() if run.begin_ms < at_ms + length_ms <= run.must_ms}
    possible = {label_of(start_ms) for start_ms in starts}
    verdict.problems += [f"{command} {label}: missing" for label in sorted(due - labels)]
    verdict.problems += [f"{command} {label}: no such period was closed" for label in sorted(labels - possible)]
    verdict.labels += len(labels & possible)


@dataclass(frozen=True, slots=True)
class _Comparison:
    """One channel of one station at one receiver."""

    rules: Rules
    told: Chronicle
    stored: Stored
    run: Run
    verdict: Verdict
    flow: "_Comparison | None" = None
    """That of the flow which carries what is compared here."""
    beside: Beside | None = None
    """What is told at reference oxygen in the same item."""
    cuts: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    """The numbers of the samples that may lie in each minute: the first, and the first one after."""
    made: dict[tuple[int, int], Figures] = field(default_factory=dict)
    """The figures of longer periods, by start and length."""

    def minutes(self, starts: Sequence[int], told: Container[int]) -> dict[int, Figures]:
        """Return the figures of all minutes, and compare those that were ``told``.

        Two neighbours must agree where one ends and one begins.
        """
        found: dict[int, Figures] = {}
        lefts = self.told.cuts(starts[0]) if starts else []
        for start_ms in starts:
            rights = self.told.cuts(start_ms + MINUTE_MS)
            possible = list(self._ways(start_ms, lefts, rights))
            there = self._there("2051", start_ms) if start_ms in told else None
            fitting = [way for way in possible if there == fields(self.rules, way[1])]
            found[start_ms] = (fitting or possible)[0][1]
            self.cuts[start_ms] = list(dict.fromkeys(cut for cut, _ in fitting or possible))
            if there is not None:
                self._report("2051", start_ms, there, found[start_ms])
            lefts = list(dict.fromkeys(right for (_, right), _ in fitting)) or rights
        return found

    def longer(
        self, starts: Sequence[int], length_ms: int, parts: Mapping[int, Figures], part_ms: int
    ) -> dict[int, Figures]:
        """Compare longer periods, made of ``parts`` that are ``part_ms`` long, and return their figures."""
        found: dict[int, Figures] = {}
        command = COMMANDS.get(length_ms, "2051")
        for start_ms in starts:
            inside = [parts[at_ms] for at_ms in range(start_ms, start_ms + length_ms, part_ms) if at_ms in parts]
            figures = longer_figures(self.rules, inside, length_ms // MINUTE_MS)
            if self.beside is not None:
                figures = self.beside.longer(self.rules, figures, inside, length_ms // MINUTE_MS)
            if self.flow is not None and not self.rules.is_gas:
                figures = carried_longer(self.rules, figures, inside, length_ms // MINUTE_MS)
            elif self.flow is not None and length_ms < DAY_MS:
                figures = emitted(self.rules, figures, self.flow.made[start_ms, length_ms])
            found[start_ms] = self.made[start_ms, length_ms] = figures
            there = self._there(command, start_ms)
            if there is not None:
                self._report(command, start_ms, there, found[start_ms])
        return found

    def live(self, window_ms: int) -> None:
        """Compare live values: each must be one of those that the instrument gave in the ``window_ms`` before."""
        for label in sorted(self.stored.labels[LIVE]):
            at_ms = start_of(label)
            numbers = self.told.between(at_ms - window_ms, at_ms)
            possible = [
                live_fields(self.rules, self.told.heard[number], self.beside.converted[number] if self.beside else None)
                for number in numbers
            ]
            if len(numbers) < 2 or self.told.was_asked_in_vain(at_ms - window_ms, at_ms):
                possible.append({"Flag": LETTERS[Condition.LOST]})
            if at_ms - window_ms < self.run.begin_ms:
                possible.append({"Flag": LETTERS[Condition.ABSENT]})
            there = self.stored.data.get((LIVE, label, self.rules.factor), {})
            self.verdict.values += 1
            if there not in possible:
                said = " or ".join(dict.fromkeys(str(dict(sorted(one.items()))) for one in possible))
                self.verdict.problems.append(
                    f"{LIVE} {label} {self.rules.factor}: the receiver has {dict(sorted(there.items()))}, "
                    f"the instruments said {said}"
                )

    def _ways(self, start_ms: int, lefts: Sequence[int], rights: Sequence[int]) -> Iterator[Way]:
        for right in rights:
            for left in lefts:
                for lost in self._lost(start_ms):
                    if left <= right:
                        figures = minute_figures(self.rules, self.told.heard[left:right], lost)
                        if self.beside is not None:
                            figures = self.beside.minute(self.rules, figures, (left, right))
                        yield from self._carried(start_ms, (left, right), figures)

    def _carried(self, start_ms: int, cut: tuple[int, int], plain: Figures) -> Iterator[Way]:
        """Yield the figures with the mass that was carried, for every way to cut the samples of the flow."""
        if self.flow is None:
            yield cut, plain
            return
        length_ms = MINUTE_MS // self.rules.per_minute
        heard = dict(self.told.slices(*cut, length_ms))
        for first, until in self.flow.cuts[start_ms]:
            flows = self.flow.told.slices(first, until, length_ms)
            figures = minute_figures(self.flow.rules, self.flow.told.heard[first:until], 0)
            if self.rules.is_gas:
                yield cut, emitted(self.rules, plain, figures)
            else:
                yield cut, carried_minute(self.rules, plain, heard, Flow(self.flow.rules, figures, flows))

    def _lost(self, start_ms: int) -> Sequence[int]:
        """Return how many samples of the minute may have been asked for in vain, the likeliest number first.

        Whatever is missing was, once the station had begun. In the minute in which it began, some samples were never
        asked for; where others got no answer, the journal cannot tell how many: a silent slave is not asked every time.
        """
        every = self.rules.per_minute
        if start_ms > self.run.begin_ms:
            return (every,)
        return range(every + 1) if self.told.was_asked_in_vain(start_ms, start_ms + MINUTE_MS) else (0,)

    def _there(self, command: str, start_ms: int) -> Mapping[str, str] | None:
        """Return the fields stored for the factor under the label; None if nothing at all came with that label."""
        label = label_of(start_ms)
        came = label in self.stored.labels[command]
        return self.stored.data.get((command, label, self.rules.factor), {}) if came else None

    def _report(self, command: str, start_ms: int, there: Mapping[str, str], figures: Figures) -> None:
        expected = fields(self.rules, figures)
        for name in sorted(expected.keys() | there.keys()):
            self.verdict.values += 1
            if there.get(name) != expected.get(name):
                self.verdict.problems.append(
                    f"{command} {label_of(start_ms)} {self.rules.factor}-{name}: the receiver has {there.get(name)}, "
                    f"the instruments said {expected.get(name)}"
                )
