"""The look at a whole upload before anything is started: everything that is wrong with it, told together."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import IO

from slipway.errors import Refused
from slipway.models import Candidate, CandidateFile
from slipway.models.text import listed, shown
from slipway.ports import Bucket
from slipway.uploads.limits import Deadline, Rules
from slipway.uploads.validation import (
    formats,
    labels,
    model_card,
    onnx,
    paths,
    saved_models,
    suites,
    texts,
    yaml_documents,
)
from slipway.uploads.validation.formats import Accepted
from slipway.uploads.validation.onnx import Header
from slipway.uploads.validation.ranged import Ranged

WORKERS = 8
# A release's name becomes a CodePipeline client token (letters, digits, dashes) and an image tag.
_MODEL_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class Inspection:
    """What was found: the author that the card names, and a sentence for each problem."""

    author: str
    problems: tuple[str, ...]


def inspect(bucket: Bucket, listing: Candidate, rules: Rules, deadline: Deadline) -> Inspection:
    """Look at every file of an upload, reading a bounded part of each; raises OutOfTime."""
    return _Look(bucket, listing, rules, deadline).inspection()


class _Look:
    """One upload while it is looked at."""

    def __init__(self, bucket: Bucket, listing: Candidate, rules: Rules, deadline: Deadline) -> None:
        self._bucket, self._listing, self._rules, self._deadline = bucket, listing, rules, deadline
        self._files = {file.path: file for file in listing.files}
        self._accepted = Accepted(rules.accepted)
        self._known = {path: known for path in self._files if (known := self._accepted.format_of(path))}
        self._headers: dict[str, Header] = {}

    def inspection(self) -> Inspection:
        author, card = self._card()
        with ThreadPoolExecutor(WORKERS) as pool:
            found = list(pool.map(self._file, [self._files[path] for path in self._known]))
        unread = [problem for problems in found for problem in problems]
        problems = [*self._whole(), *unread, *self._strangers(), *self._beside(card)]
        return Inspection(author, tuple(problems))

    def _whole(self) -> list[str]:
        """Say what is wrong with an upload as its listing tells it."""
        found = [] if _MODEL_NAME.fullmatch(self._listing.model) else [_name_problem(self._listing.model)]
        if not any(known.is_model for known in self._known.values()):
            where, cure = shown(self._listing.prefix), f"upload one that ends in {self._accepted.model_suffixes}"
            found.append(f"There is no model file below {where}: {cure}.")
        return found + paths.problems(self._listing.files)

    def _file(self, file: CandidateFile) -> list[str]:
        """Look at one file of a kind that is taken; what an ONNX model says of itself is kept."""
        self._deadline.check()
        known, source = self._known[file.path], self._source(file)
        if known.runs_code and not self._rules.allow_pickle:
            return [formats.code_problem(file.path, known)]
        if known.read is onnx.problems:
            known = replace(known, read=partial(onnx.problems, keep=self._headers.__setitem__))
        if found := formats.problems(file.path, source, known):
            return found
        if known.read is saved_models.problems:
            return saved_models.folder_problems(file.path, source, self._files)
        if file.path in self._headers:
            sizes = {path: other.size for path, other in self._files.items()}
            return onnx.weights_problems(file.path, self._headers[file.path], sizes)
        return []

    def _strangers(self) -> list[str]:
        """Refuse, by name, what is neither taken nor the weights of a model that is."""
        weights = {path for name, header in self._headers.items() for path in onnx.external_paths(name, header)}
        others = [path for path in self._files if path not in self._known and path not in weights]
        if any(path not in self._headers for path, known in self._known.items() if known.read is onnx.problems):
            # A model that cannot be read cannot say what its weights are called.
            others = [path for path in others if not onnx.may_hold_weights(path)]
        if not others:
            return []
        cure = "remove it, or have the operators add it to AcceptedFormats"
        return [f"{listed(others)} is not among the files that the service takes ({self._accepted.words}): {cure}."]

    def _card(self) -> tuple[str, Callable[[onnx.Shape | None], list[str]]]:
        """Read the card once: return its author, and what says its problems when the model's shape is known."""
        try:
            content = yaml_documents.load(model_card.NAME, self._text(model_card.NAME, yaml_documents.LIMIT))
        except Refused as problem:
            return "", partial(_said, str(problem))
        return model_card.author_of(content), partial(model_card.problems, content)

    def _beside(self, card: Callable[[onnx.Shape | None], list[str]]) -> list[str]:
        """Look at what lies beside the model, and whether it says the same as the one model that is served."""
        served = [path for path in self._headers if "/" not in path]
        header = self._headers[served[0]] if len(served) == 1 else Header()
        found = card(header.picture)
        if labels.NAME in self._known:
            text = self._text(labels.NAME, labels.LIMIT)
            found += labels.problems(text, "".join(map(shown, served)), header.classes)
        suite = self._text(suites.NAME, suites.LIMIT)
        return found + (
            suites.problems(suite, self._files) or self._loosened(suite) or suites.golden_problems(suite, self)
        )

    def _loosened(self, suite: bytes) -> list[str]:
        if not suite or self._rules.allow_looser_suites:
            return []
        record = self._bucket.text(f"suites/{self._listing.model}/suite.yaml", yaml_documents.LIMIT + 1)
        return suites.loosened(suite, record.encode())

    def names(self) -> Iterable[str]:
        """Return the paths of all files, for a golden set."""
        return self._files

    def open(self, path: str) -> IO[bytes]:
        """Open the list of a golden set; one that is too large to be looked at is as good as none."""
        if self._files[path].size > texts.LIMIT:
            raise KeyError(path)
        return io.BytesIO(self._text(path, texts.LIMIT))

    def _text(self, path: str, limit: int) -> bytes:
        """Read a small file, one byte more than it may have at most; one that is not there is empty."""
        file = self._files.get(path)
        return self._bucket.read(file.key, file.version_id, 0, min(file.size, limit + 1)) if file else b""

    def _source(self, file: CandidateFile) -> Ranged:
        def read(start: int, length: int) -> bytes:
            self._deadline.check()
            return self._bucket.read(file.key, file.version_id, start, length)

        return Ranged(read, file.size, self._rules.max_bytes)


def _said(sentence: str, _: object) -> list[str]:
    return [sentence]


def _name_problem(model: str) -> str:
    rule = "take lower-case letters, digits and dashes, 40 at most"
    return f"The model's name '{shown(model)}' cannot be used: {rule}."
