"""How long to wait before trying again: longer each time, and never in step with a thousand other stations."""

import random


class Backoff:
    """Pauses of 1, 2, 4 .. ``longest_s`` seconds, each up to a quarter shorter or longer by chance.

    The chance matters: after a platform's restart all units of a province would otherwise come back in the same second.
    """

    def __init__(self, longest_s: float = 60.0, chance: random.Random | None = None) -> None:
        self._longest_s = longest_s
        self._chance = chance or random.Random()
        self._failures = 0

    def next_s(self) -> float:
        """Return the pause after one more failure, in seconds."""
        pause_s = min(self._longest_s, 2.0 ** min(self._failures, 30))
        self._failures += 1
        return pause_s * self._chance.uniform(0.75, 1.25)

    def reset(self) -> None:
        """Begin again with the shortest pause: it worked."""
        self._failures = 0
