"""The build context: the files a Dockerfile may copy, without those .dockerignore names."""

import shutil
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from standins.docker.errors import DockerError


@dataclass(frozen=True)
class Context:
    """`ignored` holds the patterns of .dockerignore; of those that match a path, the last one counts."""

    folder: Path
    ignored: tuple[str, ...] = ()

    def copy(self, sources: list[str], target: Path, into: bool) -> None:
        """Copy files, or what is in folders, to `target`; `into` says that `target` is a folder."""
        for source in sources:
            for found in self._matches(source):
                self._copy_one(found, target, into or len(sources) > 1 or target.is_dir())

    def _matches(self, source: str) -> list[Path]:
        if ".." in PurePosixPath(source).parts:
            raise DockerError(f"COPY {source}: forbidden path outside the build context.")
        relative = source.strip("/")
        found = sorted(self.folder.glob(relative)) if relative not in ("", ".") else [self.folder]
        if not (kept := [path for path in found if path == self.folder or not self._ignores(path)]):
            raise DockerError(f"COPY {source}: no such file in {self.folder}, or .dockerignore names it.")
        return kept

    def _copy_one(self, source: Path, target: Path, into: bool) -> None:
        if source.is_file():
            _copy_file(source, target / source.name if into else target)
            return
        for path in sorted(source.rglob("*")):
            if path.is_file() and not self._ignores(path):
                _copy_file(path, target / path.relative_to(source))

    def _ignores(self, path: Path) -> bool:
        relative = PurePosixPath(path.relative_to(self.folder))
        lineage = [relative, *relative.parents]
        ignored = False
        for pattern in self.ignored:
            wanted = pattern.removeprefix("!").strip("/")
            if any(step.full_match(wanted) for step in lineage):
                ignored = not pattern.startswith("!")
        return ignored


def read_context(folder: Path) -> Context:
    """The folder with the patterns of its .dockerignore."""
    if not folder.is_dir():
        raise DockerError(f"The build context {folder} is not a folder.")
    path = folder / ".dockerignore"
    lines = [line.strip() for line in path.read_text().splitlines()] if path.exists() else []
    return Context(folder, tuple(line for line in lines if line and not line.startswith("#")))


def _copy_file(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(source, target)
