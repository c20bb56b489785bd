"""The look at a whole upload before anything is started: everything that is wrong with it, told together."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import IO

from slipway.errors import Refused
from slipway.models import Candidate, CandidateFile
from slipway.models.text import shown
from slipway.ports import Bucket
from slipway.uploads.limits import Rules
from slipway.uploads.validation import formats, labels, model_card, onnx, paths, saved_models, suites, yaml_documents
from slipway.uploads.validation.onnx import Header
from slipway.uploads.validation.ranged import REQUESTS, Ranged

WORKERS = 8
MOST_REQUESTS, FEWEST = 8000, 8  # of an upload, and of each of its files
_LONGEST_LIST = 4 * 1024**2  # bytes
# A release's name becomes a CodePipeline client token (letters, digits, dashes) and an image tag.
_MODEL_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class Inspection:
    """What was found: the author that the card names, and a sentence for each problem."""

    author: str
    problems: tuple[str, ...]


def inspect(bucket: Bucket, candidate: Candidate, rules: Rules) -> Inspection:
    """Look at every file of an upload, reading a bounded part of each."""
    return _Look(bucket, candidate, rules).inspection()


class _Look:
    """One upload while it is looked at."""

    def __init__(self, bucket: Bucket, candidate: Candidate, rules: Rules) -> None:
        self._bucket, self._candidate, self._rules = bucket, candidate, rules
        self._files = {file.path: file for file in candidate.files}

    def inspection(self) -> Inspection:
        author, card = self._card()
        with ThreadPoolExecutor(WORKERS) as pool:
            found = list(pool.map(self._file, self._candidate.files))
        headers = {path: header for (_, header), path in zip(found, self._files, strict=True) if header}
        problems = [
            *_outside(self._candidate),
            *(sentence for sentences, _ in found for sentence in sentences),
            *self._beside(headers, card),
        ]
        return Inspection(author, tuple(problems))

    def _card(self) -> tuple[str, Callable[[onnx.Shape | None], list[str]]]:
        """Read the card once: give its author, and what says its problems when the model's shape is known."""
        try:
            content = yaml_documents.load(model_card.NAME, self._text(model_card.NAME, yaml_documents.LIMIT))
        except Refused as problem:
            return "", partial(_said, str(problem))
        return model_card.author_of(content), partial(model_card.problems, content)

    def _file(self, file: CandidateFile) -> tuple[list[str], Header | None]:
        # All files share what fits into the function's minute; each may be named at least.
        requests = min(REQUESTS, max(FEWEST, MOST_REQUESTS // len(self._files)))
        source = Ranged(partial(self._bucket.read, file.key, file.version_id), file.size, requests)
        found = formats.problems(file.path, source, self._rules)
        if file.size and not found and file.path.rsplit("/", 1)[-1] == saved_models.NAME:
            found = saved_models.folder_problems(file.path, source, self._files)
        readable = not found and file.path.lower().endswith(".onnx") and file.size
        header = onnx.header(source) if readable else None
        return found + (onnx.weights_problems(file.path, header, self._files) if header else []), header

    def _beside(self, headers: dict[str, Header], card: Callable[[onnx.Shape | None], list[str]]) -> list[str]:
        """Look at what lies beside the model, and whether it says the same as the one model that is served."""
        served = [path for path in headers if "/" not in path]
        header = headers[served[0]] if len(served) == 1 else Header()
        found = card(header.picture)
        if labels.NAME in self._files:
            text = self._text(labels.NAME, labels.LIMIT)
            found += labels.problems(text, "".join(map(shown, served)), header.classes)
        suite = self._text(suites.NAME, suites.LIMIT)
        return found + (
            suites.problems(suite, self._files) or self._loosened(suite) or suites.golden_problems(suite, self)
        )

    def _loosened(self, suite: bytes) -> list[str]:
        if not suite or self._rules.allow_looser_suites:
            return []
        record = self._bucket.text(f"suites/{self._candidate.model}/suite.yaml", yaml_documents.LIMIT + 1)
        return suites.loosened(suite, record.encode())

    def names(self) -> Iterable[str]:
        """Give the paths of all files, for a golden set."""
        return self._files

    def open(self, path: str) -> IO[bytes]:
        """Open the list of a golden set; one that is too large to be looked at is as good as none."""
        if self._files[path].size > _LONGEST_LIST:
            raise KeyError(path)
        return io.BytesIO(self._text(path, _LONGEST_LIST))

    def _text(self, path: str, limit: int) -> bytes:
        """Read a small file, one byte more than it may have at most; one that is not there is empty."""
        file = self._files.get(path)
        return self._bucket.read(file.key, file.version_id, 0, min(file.size, limit + 1)) if file else b""


def _said(sentence: str, _: object) -> list[str]:
    return [sentence]


def _name(candidate: Candidate) -> list[str]:
    if _MODEL_NAME.fullmatch(candidate.model):
        return []
    rule = "take lower-case letters, digits and dashes, 40 at most"
    return [f"The model's name '{shown(candidate.model)}' cannot be used: {rule}."]


def _outside(candidate: Candidate) -> list[str]:
    """Say what is wrong with an upload as its listing tells it."""
    found = _name(candidate)
    if not any(formats.is_model(file.path) for file in candidate.files):
        found.append(f"There is no model file below {shown(candidate.prefix)}: upload one that ends in .onnx.")
    return found + paths.problems(candidate.files)
