"""A golden set is counted, and what no model of these labels could answer is told."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Literal

import pytest

from slipway.smoke.suite import golden_counts
from slipway.smoke.suite.files import FolderFiles
from slipway.smoke.suite.golden_set import FileInput, GoldenSet

KNOWN = ["wren", "house sparrow", "robin"]


@pytest.mark.parametrize(
    ("expected", "sentence"),
    [
        ("Wren", "The golden set expects 'Wren', which labels.txt writes 'wren': write it so."),
        (" wren", "The golden set expects ' wren', which labels.txt writes 'wren': write it so."),
        (
            "house  sparow",
            "The golden set expects 'house  sparow', which labels.txt writes 'house sparrow': write it so.",
        ),
        ("owl", "The golden set expects owl, which is not in labels.txt: no answer could be right."),
    ],
)
def test_a_label_that_cannot_be_answered_is_told(expected: str, sentence: str) -> None:
    """Each such case would be wrong, whatever the model answers."""
    assert list(golden_counts.unanswerable(["robin", expected], KNOWN)) == [sentence]


@pytest.mark.parametrize("expected", [["wren", "robin", ""], ["7", "8"]])
def test_other_golden_sets_are_left_alone(expected: list[str]) -> None:
    """Cases that expect nothing, and services that answer something else than labels."""
    assert list(golden_counts.unanswerable(expected, KNOWN)) == []


@pytest.mark.parametrize("forms", [("NFC", "NFD"), ("NFD", "NFC")])
def test_a_name_is_found_however_its_umlauts_are_composed(
    tmp_path: Path, forms: tuple[Literal["NFC", "NFD"], Literal["NFC", "NFD"]]
) -> None:
    """A Mac takes letters apart, and the list was written elsewhere."""
    here, there = (unicodedata.normalize(form, "Vögel.png") for form in forms)
    (tmp_path / "golden").mkdir()
    (tmp_path / "golden" / here).write_bytes(b"birds")
    (tmp_path / "golden/expected.csv").write_text(f"file,expected\n{there},wren\n")
    golden = GoldenSet(FolderFiles(tmp_path), "golden")
    assert golden_counts.count(golden).labels == {"wren": 1}
    (case,) = golden.cases()
    assert isinstance(case.input, FileInput)
    assert case.input.read() == b"birds"


def test_only_cases_with_a_right_answer_count_in_a_slice(tmp_path: Path) -> None:
    """The others cannot be right or wrong."""
    rows = ["x,wren,night", "x,,night", "x,,rain", "x,wren,"]
    (tmp_path / "expected.csv").write_text("\n".join(["file,expected,slice", *rows]))
    (tmp_path / "x").write_bytes(b"a bird")
    assert golden_counts.count(GoldenSet(FolderFiles(tmp_path), "")).slices == {"night": 1, "": 1}
