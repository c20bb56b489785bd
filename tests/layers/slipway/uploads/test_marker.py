"""`_RELEASE` says that a folder is complete, what belongs to it, and that known content is wanted."""

import pytest

from slipway.models import Force
from slipway.uploads import marker as markers
from slipway.uploads.marker import Marker


def test_an_empty_marker_says_just_that_all_is_there() -> None:
    """`aws s3 cp /dev/null` is enough."""
    assert markers.read(b"", "v1") == Marker("v1")


def test_a_marker_names_files_and_forces_with_a_reason() -> None:
    """All settings together."""
    marker = markers.read(b"files: [model.onnx]\nforce: true\nreason: ' the labels are right now '\n", "v1")
    assert (marker.files, marker.forces) == (("model.onnx",), Force("the labels are right now", "v1"))


def test_a_marker_without_force_forces_nothing() -> None:
    """A reason alone is a note."""
    assert markers.read(b"reason: nightly", "v1").forces is None


def test_what_is_named_and_not_there_is_missing() -> None:
    """In the order of the list."""
    marker = markers.read(b"files: [model.onnx, labels.txt, golden/1.png]", "v1")
    assert marker.missing(["labels.txt", "card.yaml"]) == ["model.onnx", "golden/1.png"]


def test_a_name_is_found_however_its_path_is_written() -> None:
    """`find .` writes ./ before each, and lists the marker, too."""
    assert markers.read(b"files: [./model.onnx, ./_RELEASE, _RELEASE]", "v1").missing(["model.onnx"]) == []


def test_a_name_is_found_however_its_umlauts_are_composed() -> None:
    """Macs take letters apart, the others do not."""
    marker = markers.read("files: [Vögel.onnx]".encode(), "v1")
    assert marker.missing(["Vo\u0308gel.onnx"]) == []


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"done", "_RELEASE must be empty or have settings like 'files: [model.onnx]'."),
        (b"files: model.onnx", "files must be a list of paths"),
        (b"files: [1]", "files must be a list of paths"),
        (b"files: ['../other/model.onnx']", "_RELEASE: ../other/model.onnx is not in its folder"),
        (b"force: true", "force needs a reason"),
        (b"force: true\nreason: '  '", "force needs a reason"),
        (b"force: 'yes'\nreason: because", "force must be true or false"),
        (b"reason: [a]", "reason must be a text"),
        (b"reason: " + b"a" * 1001, "reason has more than 1,000 letters"),
        (b"forced: true", "_RELEASE: forced is no setting: take one of files, force, replaces, reason."),
        (b"files: [", "_RELEASE is no valid YAML (line 1"),
        (b"\xff\xfe\x00", "_RELEASE is not UTF-8 text"),
        (b"a" * 70_000, "_RELEASE is larger than 65,536 bytes"),
    ],
)
def test_a_mistake_is_told_and_forces_nothing(content: bytes, sentence: str) -> None:
    """Nobody's word is guessed."""
    marker = markers.read(content, "v1")
    assert sentence in " ".join(marker.problems)
    assert marker.forces is None


def test_all_mistakes_are_told_together() -> None:
    """One round of corrections is enough."""
    assert len(markers.read(b"files: {}\nforce: 1\nwhy: not", "v1").problems) == 3
