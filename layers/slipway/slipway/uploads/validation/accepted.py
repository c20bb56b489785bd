"""Which files a service accepts: each is known by its name."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from slipway.uploads import model_signature
from slipway.uploads.limits import PICTURES
from slipway.uploads.validation import pictures, text_files
from slipway.uploads.validation.formats import FORMATS, Format, Reader

_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp")
_TEXTS = dict.fromkeys((".txt", ".md", ".csv", ".jsonl"), text_files.problems) | {
    ".json": text_files.json_problems,
    ".yaml": text_files.yaml_problems,
}
COMPANIONS: dict[str, Reader] = {**_TEXTS, **dict.fromkeys(_PICTURES, pictures.problems), ".wav": pictures.problems}
# Slipway's own, whatever the service declares. Their content is read where it is compared with the model.
OWN = ("card.yaml", "suite.yaml", *(f"golden/*{suffix}" for suffix in COMPANIONS))
READ_ELSEWHERE = ("card.yaml", "suite.yaml", "labels.txt")


@dataclass(frozen=True, slots=True)
class Accepted:
    """The names that a service declares: formats, and patterns of files beside the model, like `labels.txt`.

    Where uploads have to be `signed`, their signature is accepted, too.
    """

    names: Sequence[str]
    signed: bool = False

    def format_of(self, path: str) -> Format | None:
        """Return the format of a file by its path; None if the service does not accept it."""
        if path.rpartition("/")[2].startswith("._"):  # what a Mac notes beside a file, under almost the file's own name
            return None
        if path == model_signature.NAME and self.signed:
            return Format("a signature", (), text_files.no_problems, is_model=False)
        candidates = (one for name in self.names for one in FORMATS.get(name, ()))
        if found := next((one for one in candidates if _matches(path.lower(), one.patterns)), None):
            return found
        suffix = next((suffix for suffix in COMPANIONS if path.endswith(suffix)), "")
        if not suffix or not _matches(path, (*OWN, *self.names)):
            return None
        read = text_files.no_problems if path in READ_ELSEWHERE else COMPANIONS[suffix]
        return Format(f"a {suffix} file", (), read, is_model=False)

    def model_format(self, paths: Iterable[str]) -> str:
        """Return the name of the one format that the models among some files have; empty for none, or for several."""
        found = {name for path in paths for name in self.names if _is_model(path, name)}
        return found.pop() if len(found) == 1 else ""

    @property
    def model_suffixes(self) -> str:
        """The suffixes of the models that are accepted, in words; empty for a service that declares none."""
        patterns = [one.patterns[0] for name in self.names for one in FORMATS.get(name, ()) if one.is_model]
        return " or ".join(pattern.removeprefix("*") for pattern in patterns)

    @property
    def words(self) -> str:
        """What is accepted, in words."""
        files = [name for name in self.names if name != PICTURES]
        return ", ".join([*files, "card.yaml", "suite.yaml"]) + " and golden/"


def _is_model(path: str, name: str) -> bool:
    return any(one.is_model and _matches(path.lower(), one.patterns) for one in FORMATS.get(name, ()))


def _matches(path: str, patterns: Collection[str]) -> bool:
    return any(fnmatchcase(path, pattern) for pattern in patterns)
