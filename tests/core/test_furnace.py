"""The temperature of a furnace: medians of its sections, so that no burnt thermocouple moves it."""

import pytest

from dau.core.furnace import FurnaceHeat, furnace_heat


@pytest.mark.parametrize(
    ("sections", "value", "lost"),
    [
        ([[900.0, 905.0, 880.0], [870.0, 860.0, 875.0]], 885.0, 0),
        ([[840.0, None, 850.0], [858.0, 860.0, 855.0]], 851.5, 0),
        ([[None, None], [860.0, 870.0]], 865.0, 1),
        ([[], [860.0]], 860.0, 1),
        ([[None], []], None, 2),
        ([[2000.0, 900.0, 890.0], [880.0]], 890.0, 0),
    ],
)
def test_the_mean_of_the_medians(sections: list[list[float | None]], value: float | None, lost: int) -> None:
    assert furnace_heat(sections) == FurnaceHeat(value, lost)
