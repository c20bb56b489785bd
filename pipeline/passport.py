"""The passport: what an image is made of, and which release it is."""

from __future__ import annotations

from typing import Any

from pipeline.manifest import Manifest

type Passport = dict[str, Any]


def of_content(manifest: Manifest, commit: str, sha256: dict[str, str]) -> Passport:
    """Return the passport that goes into the image, which can name neither its own digest nor its release."""
    files = [
        {"path": file.path, "version_id": file.version_id, "size": file.size, "sha256": sha256[file.path]}
        for file in manifest.files
    ]
    return {"candidate": manifest.candidate, "model": manifest.model, "commit": commit, "files": files}


def differences(content: Passport, served: Passport) -> list[str]:
    """Return the names of what an image says of itself otherwise than it was built.

    Versions may differ: the same bytes, uploaded again, are other versions.
    """
    return [name for name, value in content.items() if _comparable(served.get(name)) != _comparable(value)]


def _comparable(value: Any) -> Any:
    """Return a value of a passport without the versions of files."""
    if not isinstance(value, list):
        return value
    return [{**file, "version_id": ""} if isinstance(file, dict) else file for file in value]


def of_release(content: Passport, release: str, image: str) -> Passport:
    """Return the passport as the service must answer it: with its release and its image."""
    return {"release": release, **content, "image": image}
