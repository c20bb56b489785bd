"""The suite of record as the smoke test takes it: an archive, where no build makes one."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from slipway.models import Artifact, Release
from slipway.ports import Bucket
from slipway.smoke.suite import yaml_document
from slipway.smoke.suite.reading import NAME

# Without a suite of record, or without a word on identity in it: the service may be any.
DEFAULT: dict[str, object] = {"ready": {"path": "/"}, "identity": "deployment"}
MISSING = (
    "There is no suite of record, so only that the service answers was tested: put one at suites/{}/suite.yaml of the "
    "records bucket."
)


@dataclass(frozen=True, slots=True)
class SuitesOfRecord:
    """The suites below `suites/NAME/` of Slipway's own bucket, which uploaders cannot write."""

    bucket: Bucket

    def has(self, model: str) -> bool:
        """Return whether the bucket keeps a suite for a model."""
        return bool(self.bucket.versions(f"suites/{model}/{NAME}"))

    @contextmanager
    def open(self, release: Release) -> Iterator[dict[str, Artifact]]:
        """Open the suite for a release as the artifact `Suite`, with the passport that its service would answer.

        Equal suites are equal archives, byte for byte.
        """
        with tempfile.TemporaryFile() as file:
            with ZipFile(file, "w", ZIP_DEFLATED) as archive:
                for name, content in self._files(release):
                    archive.writestr(ZipInfo(name), content)
            file.seek(0)
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            with ZipFile(file) as archive:
                yield {"Suite": Artifact(archive, sha256)}

    def _files(self, release: Release) -> Iterator[tuple[str, bytes]]:
        """Yield the path and the content of each file of a model's suite, and of the passport."""
        prefix = f"suites/{release.model}/"
        suite = b""
        for item in sorted(self.bucket.versions(prefix), key=lambda item: item.key):
            path = item.key.removeprefix(prefix)
            content = b"".join(self.bucket.stream(item.key, item.version_id, item.size))
            if path == NAME:
                suite = content
            elif not path.endswith("/"):
                yield path, content
        yield NAME, _complete(suite)
        yield "passport.json", json.dumps(_passport(release)).encode()


def _complete(suite: bytes) -> bytes:
    """Return a suite that says how the release is known; one with mistakes is left to whoever reads it."""
    import yaml

    found = yaml_document.load(suite)
    if found.problems or not isinstance(found.value, dict | None):
        return suite
    given = found.value or DEFAULT
    return yaml.safe_dump({"identity": DEFAULT["identity"], **given}, sort_keys=False, allow_unicode=True).encode()


def _passport(release: Release) -> dict[str, str]:
    """Return the passport by which a release would be known."""
    return {
        "release": release.id,
        "model": release.model,
        "candidate": release.candidate,
        "commit": release.commit.id,
    }
