"""Golden sets of any size, read one case at a time."""

from __future__ import annotations

import io
import tracemalloc
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slipway.errors import SuiteInvalid
from slipway.smoke.suite.files import FolderFiles
from slipway.smoke.suite.golden_counts import count
from slipway.smoke.suite.golden_set import Case, FileInput, GoldenSet, JsonInput, label


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two pictures."""
    (tmp_path / "golden").mkdir()
    for digit in "78":
        (tmp_path / "golden" / f"{digit}.png").write_text(digit)
    return tmp_path


def golden(folder: Path, name: str, text: str | bytes) -> GoldenSet:
    """The golden set with that list of cases."""
    (folder / "golden" / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return GoldenSet(FolderFiles(folder), "golden")


def short(cases: list[Case]) -> list[tuple[str, str, object]]:
    """Names, answers, and what is sent."""
    return [
        (case.name, case.expected, case.input.read() if isinstance(case.input, FileInput) else case.input.value)
        for case in cases
    ]


def test_a_folder_without_a_list_is_no_golden_set(folder: Path) -> None:
    """Its pictures are for requests."""
    nothing = GoldenSet(FolderFiles(folder), "golden")
    assert (nothing.exists, list(nothing.cases())) == (False, [])


def test_csv_lists_files(folder: Path) -> None:
    """As a spreadsheet writes it, with further columns, too."""
    cases = golden(
        folder, "expected.csv", "\ufefffile,expected,name,source\r\n7.png,7,a seven,x\r\n\r\n8.png,,,y\r\n"
    ).cases()
    found = list(cases)
    assert short(found) == [("a seven", "7", b"7"), ("8.png", "", b"8")]
    assert isinstance(found[0].input, FileInput)
    assert (found[0].input.path, found[0].input.media_type) == ("golden/7.png", "image/png")


@pytest.mark.parametrize("name", ["expected.jsonl", "golden.jsonl"])
def test_json_lines_list_files_and_documents(folder: Path, name: str) -> None:
    """An input that is no file lies in the list itself."""
    lines = '{"file": "7.png", "expected": "7"}\n\n{"input": {"x": [1]}, "expected": 2, "name": "two"}\n{"input": null}'
    found = list(golden(folder, name, lines).cases())
    assert short(found) == [("7.png", "7", b"7"), ("two", "2", {"x": [1]}), ("line 4", "", None)]
    assert isinstance(found[1].input, JsonInput)


@pytest.mark.parametrize("name", ["expected.csv", "expected.jsonl"])
def test_cases_can_be_had_from_any_on(folder: Path, name: str) -> None:
    """So that a run goes on where it stopped, without reading the inputs before."""
    rows = {
        "expected.csv": "file,expected\n\n" + "".join(f"gone-{n}.png,{n}\n" for n in range(9)),
        "expected.jsonl": "\n" + "".join(f'{{"file": "gone-{n}.png", "expected": {n}}}\n' for n in range(9)),
    }
    cases = golden(folder, name, rows[name])
    assert [case.expected for case in cases.cases(7)] == ["7", "8"]
    assert list(cases.cases(9)) == []


@pytest.mark.parametrize(
    ("value", "text"), [("7", "7"), (7, "7"), (7.0, "7"), (True, "true"), (None, "null"), (0.5, "0.5")]
)
def test_answers_are_compared_as_labels(value: object, text: str) -> None:
    """A spreadsheet has only texts, a service may answer numbers."""
    assert label(value) == text


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("expected.csv", "7.png,7\n", "line 1, must name the columns `file,expected`, not 7.png,7"),
        ("expected.csv", "file,expected\n7.png\n", "line 2, must have as many fields"),
        ("expected.csv", "file,expected\n7.png,7\n7.png,7,8\n", "line 3, must have as many fields"),
        ("expected.csv", "file,expected\n,7\n", "line 2, must have either a `file` or an `input`"),
        ("expected.csv", "file,expected\n7.png," + "7" * 200_000, "line 2, is no CSV"),
        ("expected.csv", "file,expected\nM\xf6we.png,7\n".encode("latin-1"), "expected.csv is not UTF-8 text"),
        ("expected.jsonl", '{"file": "7.png"', "line 1, is no JSON"),
        ("expected.jsonl", '{"input": NaN}', "line 1, is no JSON: NaN is no JSON number"),
        ("expected.jsonl", "[" * 100_000, "line 1, is no JSON"),
        ("expected.jsonl", "\n[1]", "line 2, must be an object"),
        ("expected.jsonl", '{"file": "7.png", "input": 1}', "must have either"),
        ("expected.jsonl", '{"expected": 7}', "must have either"),
    ],
)
def test_mistakes_are_told_with_file_and_line(folder: Path, name: str, text: str | bytes, why: str) -> None:
    """Whoever wrote ten thousand lines need not look for it."""
    with pytest.raises(SuiteInvalid, match=why):
        list(golden(folder, name, text).cases())


@pytest.mark.parametrize("path", ["9.png", "../secret.txt", "/etc/hostname"])
def test_a_file_that_is_not_there_is_told_with_its_line(folder: Path, path: str) -> None:
    """One that lies elsewhere is not there either."""
    (folder / "secret.txt").write_text("secret")
    case = next(golden(folder, "expected.csv", f"file,expected\n{path},9\n").cases())
    assert isinstance(case.input, FileInput)
    with pytest.raises(SuiteInvalid, match=r"golden/expected.csv, line 2 names .* which is not there"):
        case.input.read()


def test_a_large_set_is_never_in_memory(folder: Path) -> None:
    """A hundred thousand cases take no more than a few."""
    rows = "".join(f"7.png,{number}\n" for number in range(100_000))
    cases = golden(folder, "expected.csv", "file,expected\n" + rows).cases(99_990)
    del rows
    tracemalloc.start()
    assert [case.expected for case in islice(cases, 3)] == ["99990", "99991", "99992"]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_000_000


class OneList:
    """Nothing but a list of cases."""

    def __init__(self, name: str, content: bytes) -> None:
        self.path, self.content = f"golden/{name}", content

    def names(self) -> list[str]:
        return [self.path]

    def open(self, path: str) -> io.BytesIO:
        if path != self.path:
            raise KeyError(path)
        return io.BytesIO(self.content)


def mistake_in(name: str, content: bytes) -> str:
    """What is wrong with a list; empty if it is sound."""
    try:
        count(GoldenSet(OneList(name, content), "golden"))
    except SuiteInvalid as mistake:
        return str(mistake)
    return ""


PIECES = ["file", "expected", "7.png", ",", "\n", "\r", '"', '{"file": "7.png"}', '{"input": 1e999}', "[", "\0", "ü"]


@pytest.mark.parametrize("name", ["expected.csv", "expected.jsonl"])
@settings(max_examples=150, deadline=1000)
@given(content=st.one_of(st.binary(max_size=100), st.lists(st.sampled_from(PIECES)).map("".join).map(str.encode)))
def test_any_bytes_are_cases_or_a_mistake(name: str, content: bytes) -> None:
    """Whatever a stranger uploads as a list."""
    said = mistake_in(name, (b"file,expected\n" if name == "expected.csv" else b"") + content)
    assert not said or (said.startswith(f"golden/{name}") and "\n" not in said)
