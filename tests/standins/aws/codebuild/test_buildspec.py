"""The buildspec as the local AWS reads it."""

import pytest

from standins.aws.codebuild.buildspec import Artifact, parse
from standins.aws.codebuild.errors import PhaseError
from tests.support.paths import ROOT

WHOLE = """
version: 0.2
env:
  variables: {COUNT: 1}
  exported-variables: [DIGEST]
phases:
  install: {runtime-versions: {python: 3.13}, commands: [pip install x]}
  build: {on-failure: ABORT, commands: [make], finally: [clean]}
artifacts:
  secondary-artifacts:
    Bundle: {base-directory: out, files: ["**/*"], discard-paths: yes}
"""


def test_reads_all_that_slipway_uses() -> None:
    """Variables are strings, every phase is there, artifacts are known by their identifier."""
    spec = parse(WHOLE)

    assert (spec.variables, spec.exported) == ({"COUNT": "1"}, ("DIGEST",))
    assert list(spec.phases) == ["install", "pre_build", "build", "post_build"]
    assert (spec.phases["build"].finally_commands, spec.phases["build"].on_failure) == (("clean",), "ABORT")
    assert spec.secondary == {"Bundle": Artifact(("**/*",), "out", flat=True)}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("version: 0.1", "version is 0.1"),
        ("version: 0.2\nreports: {}", "reports"),
        ("version: 0.2\nenv: {parameter-store: {A: b}}", "parameter-store"),
        ("version: 0.2\nenv: {shell: zsh}", "zsh"),
        ("version: 0.2\nphases: {build: {commands: make}}", "list of strings"),
        ("version: 0.2\nphases: {build: {commands: [echo a: b]}}", "quote"),
        ("version: 0.2\nphases: {build: {on-failure: RETRY}}", "RETRY"),
        ("version: [", "not YAML"),
    ],
)
def test_names_what_it_cannot_do(text: str, reason: str) -> None:
    """What the local AWS ignored, a real build might not: it is an error."""
    with pytest.raises(PhaseError, match=reason) as error:
        parse(text)
    assert error.value.code == "YAML_FILE_ERROR"


def test_reads_the_buildspec_of_the_pipeline() -> None:
    """The buildspec that is shipped uses nothing the local AWS does not know."""
    path = ROOT / "pipeline" / "buildspec.yaml"

    assert parse(path.read_text()).phases["build"].commands
