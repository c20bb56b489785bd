"""Building images without Docker."""

from collections.abc import Callable
from pathlib import Path

import pytest

from standins.docker import packages
from standins.docker.build import Build
from standins.docker.context import read_context
from standins.docker.dockerfile import parse
from standins.docker.errors import DockerError
from standins.docker.images import Image, Store
from standins.folders import Folders

type Builder = Callable[..., Image]


def test_puts_files_where_the_dockerfile_says(build: Builder) -> None:
    """WORKDIR and COPY are done for real."""
    assert (build().root / "srv" / "data.txt").read_text() == "data"


def test_the_digest_depends_on_the_content_alone(build: Builder, elsewhere: Path, folders: Folders) -> None:
    """The same files from another folder, at another time, make the same image."""
    other = Build(read_context(elsewhere), Store(folders), {}, lambda _: None)
    same = other.image(parse((elsewhere / "Dockerfile").read_text()))

    assert same.digest == build().digest


def test_another_file_or_setting_is_another_image(build: Builder, source: Path) -> None:
    """Content and configuration both count."""
    first = build()
    more = build(f"{(source / 'Dockerfile').read_text()}ENV MORE=1\n")
    (source / "data.txt").write_text("other data")

    assert len({first.digest, more.digest, build().digest}) == 3


def test_says_once_what_it_is_and_what_it_skips(build: Builder) -> None:
    """FROM, USER and commands other than pip's are skipped in so many words."""
    said = list[str]()
    build("FROM python\nRUN useradd app && apt-get update\nUSER app\n", said)

    assert sum("stand-in" in line for line in said) == 1
    assert [line.strip() for line in said if "skipped" in line][1:] == [
        "skipped: FROM",
        "skipped: useradd app",
        "skipped: apt-get update",
        "skipped: USER",
    ]


def test_build_arguments_reach_the_environment(build: Builder) -> None:
    """ARG has a default that --build-arg replaces."""
    dockerfile = "FROM python\nARG COLOUR=red\nENV PAINT=${COLOUR}\n"

    assert build(dockerfile).config.env == {"PAINT": "red"}
    assert build(dockerfile, COLOUR="blue").config.env == {"PAINT": "blue"}


def test_installs_requirements_into_a_kept_environment(build: Builder, source: Path, folders: Folders) -> None:
    """The same requirements are installed once, and their environment has a Python."""
    (source / "requirements.txt").write_text("# nothing to install\n")
    dockerfile = "FROM python\nCOPY requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt\n"

    first = packages.location(folders, build(dockerfile).config.packages)
    made = (first / "complete").stat().st_mtime_ns
    second = packages.location(folders, build(f"{dockerfile}ENV A=1\n").config.packages)

    assert (second, (second / "complete").stat().st_mtime_ns) == (first, made)
    assert (first / "bin" / "python").exists()


def test_installs_together_what_several_instructions_name(
    build: Builder, source: Path, folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Requirement files and packages by name; pip's options are none of them."""
    listed: list[list[str]] = []

    def prepare(_: Folders, files: list[Path], __: list[str]) -> str:
        listed.append([file.read_text() for file in files])
        return "key"

    monkeypatch.setattr(packages, "prepare", prepare)
    (source / "requirements.txt").write_text("flask\n")
    build(
        "FROM python\nRUN pip install -U gunicorn numpy==2.0\n"
        "COPY requirements.txt .\nRUN pip install -r requirements.txt\n"
    )

    assert listed == [["gunicorn\nnumpy==2.0\n", "flask\n"]]


def test_needs_the_requirements_in_the_image(build: Builder) -> None:
    """A requirements file that was not copied yet is an error that names it."""
    with pytest.raises(DockerError, match=r"requirements\.txt is not in the image yet"):
        build("FROM python\nRUN pip install -r requirements.txt\n")


def test_refuses_to_copy_from_another_stage(build: Builder) -> None:
    """COPY --from has nothing to copy from."""
    with pytest.raises(DockerError, match="no other stage"):
        build("FROM python\nCOPY --from=build a b\n")


def test_a_failed_build_leaves_no_image(build: Builder, folders: Folders) -> None:
    """What was done before the failure is cleaned away."""
    with pytest.raises(DockerError):
        build("FROM python\nCOPY data.txt .\nCOPY nothing .\n")

    assert not [path for path in folders.images.iterdir() if path.is_dir()]


def test_a_base_image_may_be_named_by_tag_and_digest(build: Builder) -> None:
    """As a Dockerfile is written whose builds must not change with the tag."""
    base = f"registry.example/library/python:3.13-slim@sha256:{'0' * 64}"
    assert build(f'FROM {base}\nCMD ["true"]\n').config.base == base
