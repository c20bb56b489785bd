"""Figures are said so that nobody misreads them."""

from __future__ import annotations

from math import nan

import pytest

from slipway.models import formatting


@pytest.mark.parametrize(
    ("share", "said"), [(0, "0.0 %"), (1, "100.0 %"), (0.9999, "99.9 %"), (0.0001, "0.1 %"), (0.914, "91.4 %")]
)
def test_only_what_is_whole_is_called_whole(share: float, said: str) -> None:
    """One mistake in ten thousand is not 100 %."""
    assert formatting.percent(share).replace("\u00a0", " ") == said


@pytest.mark.parametrize(
    ("time", "said"), [(0.4321, "0.432 ms"), (10.46, "10.5 ms"), (632.8, "633 ms"), (12_345, "12.3 s")]
)
def test_times_have_about_three_digits(time: float, said: str) -> None:
    """Nobody compares microseconds with seconds."""
    assert formatting.milliseconds(time).replace("\u00a0", " ") == said


@pytest.mark.parametrize(("seconds", "said"), [(0.004, "4 ms"), (14.2, "14.2 s"), (119.7, "2 min 0 s")])
def test_durations_are_short(seconds: float, said: str) -> None:
    """A minute never has 60 seconds left."""
    assert formatting.duration(seconds).replace("\u00a0", " ") == said


def test_a_difference_has_its_sign() -> None:
    """Percent of percents confuse; points do not."""
    said = [formatting.points(difference) for difference in (0.02, -0.79, -0.0001)]
    assert said == ["+2.0 points", "\u221279.0 points", "the same"]


@pytest.mark.parametrize(
    ("confidence", "said"), [(0.5, "50.0 % sure"), (97.31, "confidence 97.3"), (nan, "confidence nan")]
)
def test_a_confidence_that_is_no_share_is_said_as_it_is(confidence: float, said: str) -> None:
    """Some services count to a hundred."""
    assert formatting.sure(confidence).replace("\u00a0", " ") == said
