"""What people write beside a model: card, labels and suite, each by itself and against what the model says."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from typing import IO

from slipway.errors import Refused
from slipway.models import Candidate
from slipway.models.text import shown
from slipway.ports import FileReader
from slipway.uploads.limits import PICTURES, Rules
from slipway.uploads.validation import (
    card_description,
    card_input,
    labels,
    model_card,
    servable,
    suites,
    text_files,
    yaml_documents,
)
from slipway.uploads.validation.onnx_header import Header


class Companions:
    """The files beside the model of one upload.

    `author` is whom the card names, nobody if it names none properly; `model_card` is what else it says.
    """

    def __init__(self, bucket: FileReader, listing: Candidate, rules: Rules) -> None:
        self._bucket, self._model, self._rules = bucket, listing.model, rules
        self._files = {file.path: file for file in listing.files}
        self._card, self._unreadable = self._read_card()
        self.author = model_card.author_of(self._card)
        self.model_card = card_description.model_card_of(self._card)

    def problems(self, headers: Mapping[str, Header]) -> list[str]:
        """Return what is wrong with the files beside the models, whose headers (by path) they are compared with."""
        pictures = PICTURES in self._rules.accepted
        served = [path for path in headers if pictures or "/" not in path]
        header = servable.answering(headers[served[0]], self._card) if len(served) == 1 else Header()
        found = self._unreadable or model_card.problems(self._card, header.picture)
        if pictures and len(served) == 1 and not found:
            found = servable.problems(served[0], header, self._card)
        if labels.NAME in self._files:
            text = self._text(labels.NAME, labels.LIMIT)
            found = found + labels.problems(text, "".join(map(shown, served)), header.labels)
        return found + self._suite_problems(self._text(suites.NAME, suites.LIMIT))

    def names(self) -> Iterable[str]:
        """Return the paths of all files of the upload."""
        return self._files

    def open(self, path: str) -> IO[bytes]:
        """Open a file of the upload; raises KeyError if it is not there, or is too large to be looked at."""
        if self._files[path].size > text_files.LIMIT:
            raise KeyError(path)
        return io.BytesIO(self._text(path, text_files.LIMIT))

    def _read_card(self) -> tuple[object, list[str]]:
        """Return the content of card.yaml, and what is wrong with its YAML."""
        try:
            return yaml_documents.load(card_input.NAME, self._text(card_input.NAME, yaml_documents.LIMIT)), []
        except Refused as problem:
            return None, [str(problem)]

    def _labels(self) -> list[str]:
        """Return the labels that the upload names; empty if it names none, or they cannot be read."""
        return labels.known(self._text(labels.NAME, labels.LIMIT))

    def _suite_problems(self, suite: bytes) -> list[str]:
        """Return what is wrong with the suite itself, else its plan, else what it loosens, else its golden set."""
        return (
            suites.problems(suite, self._files)
            or suites.plan_problems(suite, self._rules.suite_minutes)
            or self._loosened(suite)
            or suites.golden_problems(suite, self, self._labels())
        )

    def _loosened(self, suite: bytes) -> list[str]:
        """Return what the suite loosens of the suite of record; empty if that is allowed."""
        if not suite or self._rules.allow_looser_suites:
            return []
        record = self._bucket.text(f"suites/{self._model}/suite.yaml", suites.LIMIT + 1)
        return suites.loosened(suite, record.encode())

    def _text(self, path: str, limit: int) -> bytes:
        """Return a small file, with at most one byte more than `limit`; empty if it is not there."""
        file = self._files.get(path)
        return self._bucket.read(file.key, file.version_id, 0, min(file.size, limit + 1)) if file else b""
