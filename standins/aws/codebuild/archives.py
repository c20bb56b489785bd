"""Zip files of a build: the source that comes in and the artifacts that go out."""

import zipfile
from pathlib import Path

from standins.aws.codebuild.buildspec import Artifact
from standins.aws.codebuild.errors import PhaseError


def unpack(archive: Path, folder: Path) -> None:
    """Extract a zip with the files' permissions."""
    with zipfile.ZipFile(archive) as source:
        for member in source.infolist():
            extracted = Path(source.extract(member, folder))
            if mode := member.external_attr >> 16 & 0o777:
                extracted.chmod(mode | 0o600)


def pack(archive: Path, artifact: Artifact, source: Path) -> None:
    """Zip the files the artifact names; CLIENT_ERROR if there is none."""
    base = (source / artifact.base).resolve()
    files = sorted({path for pattern in artifact.files for path in _matches(base, pattern)})
    if not files:
        raise PhaseError("CLIENT_ERROR", f"no matching artifact paths found for {list(artifact.files)} in {base}")
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as target:
        for path in files:
            target.write(path, path.name if artifact.flat else path.relative_to(base))


def _matches(base: Path, pattern: str) -> list[Path]:
    relative = pattern.removeprefix("./")
    return [path for path in base.glob(relative) if path.is_file()]
