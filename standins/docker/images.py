"""Images: a folder of files, a configuration, and a digest that depends on nothing else."""

import hashlib
import json
import os
import shutil
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from standins.docker.errors import DockerError
from standins.files import locked, read_json, write_json
from standins.folders import Folders

MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json"
_CONFIG_TYPE = "application/vnd.oci.image.config.v1+json"
_LAYER_TYPE = "application/vnd.oci.image.layer.v1.tar"


@dataclass
class Config:
    """What a container of the image starts with; `packages` is the key of its virtual environment."""

    base: str = ""
    workdir: str = "/"
    env: dict[str, str] = field(default_factory=dict)
    command: list[str] = field(default_factory=list)
    entrypoint: list[str] = field(default_factory=list)
    ports: list[str] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    packages: str = ""


@dataclass(frozen=True)
class Image:
    """An image in its folder; `digest` is `sha256:` and the folder's name."""

    folder: Path

    @property
    def digest(self) -> str:
        """The sha256 of the manifest, as a registry names it."""
        return f"sha256:{self.folder.name}"

    @property
    def root(self) -> Path:
        """The image's file system."""
        return self.folder / "root"

    @property
    def config(self) -> Config:
        """How to start it."""
        return Config(**json.loads((self.folder / "config.json").read_text()))

    @property
    def repo_digests(self) -> list[str]:
        """The names under which registries hold it; empty before the first push."""
        return list(read_json(self.folder / "pushed.json", []))


@dataclass(frozen=True)
class Store:
    """All images of a run, and their tags."""

    folders: Folders

    def save(self, root: Path, config: Config) -> Image:
        """Keep the folder `root` as an image; the same content is kept once."""
        manifest, blobs = describe(root, config)
        folder = self.folders.images / hashlib.sha256(manifest).hexdigest()
        with locked(self.folders.images / "save.lock"):
            if not folder.exists():
                partial = folder.with_suffix(".partial")
                shutil.rmtree(partial, ignore_errors=True)
                (partial / "blobs").mkdir(parents=True)
                shutil.move(root, partial / "root")
                write_json(partial / "config.json", asdict(config))
                (partial / "manifest.json").write_bytes(manifest)
                for digest, blob in blobs.items():
                    (partial / "blobs" / digest.removeprefix("sha256:")).write_bytes(blob)
                partial.rename(folder)
        return Image(folder)

    def tag(self, image: Image, name: str) -> None:
        """Let `name` mean this image from now on."""
        with locked(self.folders.images / "tags.lock"):
            write_json(self._tags, read_json(self._tags, {}) | {full_name(name): image.digest})

    def find(self, reference: str) -> Image:
        """The image with this tag, digest or beginning of a digest."""
        digest = read_json(self._tags, {}).get(full_name(reference)) or reference.rpartition("@")[2]
        found = list(self.folders.images.glob(f"{_hex(digest)}*/config.json")) if _hex(digest) else []
        if len(found) != 1:
            raise DockerError(f"No such image: {reference}. Build it with `docker build --tag {reference}`.")
        return Image(found[0].parent)

    @property
    def _tags(self) -> Path:
        return self.folders.images / "tags.json"


def full_name(name: str) -> str:
    """`digits` is `digits:latest`; a digest stays as it is."""
    return name if "@" in name or ":" in name.rpartition("/")[2] else f"{name}:latest"


def describe(root: Path, config: Config) -> tuple[bytes, dict[str, bytes]]:
    """The image's manifest, and its configuration and listing by digest."""
    settings, listing = _canonical(asdict(config)), _canonical(_listing(root))
    parts = {"config": _part(_CONFIG_TYPE, settings), "layers": [_part(_LAYER_TYPE, listing)]}
    manifest = _canonical({"schemaVersion": 2, "mediaType": MANIFEST_TYPE} | parts)
    return manifest, {_digest(blob): blob for blob in (settings, listing)}


def _listing(root: Path) -> list[dict[str, Any]]:
    files = sorted(path for path in root.rglob("*") if path.is_file())
    return [_entry(path, path.relative_to(root).as_posix()) for path in files]


def _entry(path: Path, name: str) -> dict[str, Any]:
    with path.open("rb") as handle:
        digest = hashlib.file_digest(handle, "sha256").hexdigest()
    return {"path": name, "executable": os.access(path, os.X_OK), "sha256": digest}


def _part(media_type: str, blob: bytes) -> dict[str, Any]:
    return {"mediaType": media_type, "digest": _digest(blob), "size": len(blob)}


def _digest(blob: bytes) -> str:
    return f"sha256:{hashlib.sha256(blob).hexdigest()}"


def _canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def _hex(digest: str) -> str:
    digits = digest.removeprefix("sha256:")
    return digits if len(digits) >= 12 and set(digits) <= set("0123456789abcdef") else ""
