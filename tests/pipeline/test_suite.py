"""The suite of a build is the service's, changed by the candidate."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from pipeline.errors import BuildError
from pipeline.suite import assemble

SERVICE = Path(__file__).parents[2] / "service" / "suite"
ELEVEN = """
ready: {path: /health, deadline: 300}
requests:
  - {name: reads a seven, image: golden/7.png, expect: {json: {prediction.winning_class: seven}}}
  - {name: reads an eleven, image: golden/11.png}
"""


def write(folder: Path, suite: str, *pictures: str) -> Path:
    (folder / "golden").mkdir(parents=True)
    (folder / "suite.yaml").write_text(suite)
    for name in pictures:
        (folder / "golden" / name).write_bytes(name.encode())
    return folder


def test_service_alone(tmp_path: Path) -> None:
    """Without one of the candidate, the service's suite is used as it is, and its pictures are there."""
    (tmp_path / "model").mkdir()
    assemble(SERVICE, tmp_path / "model", tmp_path / "suite")
    assert yaml.safe_load((tmp_path / "suite/suite.yaml").read_text()) == yaml.safe_load(
        (SERVICE / "suite.yaml").read_text()
    )
    assert sorted(path.name for path in (tmp_path / "suite/golden").iterdir()) == [
        f"{digit}.png" for digit in range(10)
    ]


def test_candidate_replaces_by_name(tmp_path: Path) -> None:
    """A check of the same name is replaced where it stood, others are added, pictures of the same name, too."""
    assemble(SERVICE, write(tmp_path / "model", ELEVEN, "7.png", "11.png"), tmp_path / "suite")
    merged = yaml.safe_load((tmp_path / "suite/suite.yaml").read_text())
    names = [request["name"] for request in merged["requests"]]
    before = [request["name"] for request in yaml.safe_load((SERVICE / "suite.yaml").read_text())["requests"]]
    assert names == [*before, "reads an eleven"]
    assert merged["requests"][names.index("reads a seven")]["expect"] == {"json": {"prediction.winning_class": "seven"}}
    assert merged["ready"]["deadline"] == 300
    assert merged["identity"] == {"path": "/version"}
    assert (tmp_path / "suite/golden/7.png").read_bytes() == b"7.png"


def test_empty_blocks_change_nothing(tmp_path: Path) -> None:
    """A block that its author left empty is as good as none."""
    assemble(SERVICE, write(tmp_path / "model", "ready:\nrequests:\n"), tmp_path / "suite")
    merged = yaml.safe_load((tmp_path / "suite/suite.yaml").read_text())
    assert merged == yaml.safe_load((SERVICE / "suite.yaml").read_text())


@pytest.mark.parametrize(
    ("suite", "words"),
    [
        ("requests: [", "no valid YAML"),
        ("- requests", "must map check names"),
        ("requests: seven", "must be a list"),
        ("requests: [seven]", "must be a list"),
        ("requests: [{image: golden/7.png}]", "with a `name`"),
        ("requests: [{name: a twelve, image: golden/12.png}]", "'a twelve' needs golden/12.png"),
        ("requests: [{name: a seven, image: golden//7.png}]", "needs golden//7.png"),
        ("requests: [{name: a secret, image: /etc/hostname}]", "needs /etc/hostname"),
        ("requests: [{name: the source, image: ../suite/golden/7.png}]", "needs ../suite"),
        ("ready: /health", "must be blocks"),
    ],
)
def test_unfit_suites(tmp_path: Path, suite: str, words: str) -> None:
    """A suite that cannot be run fails the build, not the test on staging."""
    with pytest.raises(BuildError, match=words):
        assemble(SERVICE, write(tmp_path / "model", suite), tmp_path / "suite")
