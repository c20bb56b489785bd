"""What one upload, and all uploads within an hour, may ask of Slipway; each bound has a sentence for the person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from slipway.errors import ItemUnreadable, Refused
from slipway.models import Candidate, Release
from slipway.models.text import shown
from slipway.ports import Clock, Ledger

PICTURES = "pictures"  # accepted: the service reads pictures or rows, and a model that wants anything else is refused
HOUR = timedelta(hours=1)
# Of a refusal: problems, and characters of each. Whatever the uploader wrote, it fits into a card and a mail.
TOLD, LONGEST = 10, 600
ALL_MODELS = 4  # times as many as of one model: whoever uploads under many names is bounded, too
WORK = timedelta(minutes=3)  # of the function's five: what is being read then ends, and is written down


@dataclass(frozen=True, slots=True)
class Rules:
    """What the operators allow: `max_bytes` and `max_files` an upload, and so many uploads of a model an hour.

    Of all models together there may be ALL_MODELS times as many.

    `accepted` names the formats that the service declares, and the files beside a model; `allow_pickle` lets in those
    of them that run code when they are loaded. `allow_looser_suites` lets a suite.yaml loosen the suite of record,
    which must not plan more than `suite_minutes`. With `signing_keys`, every upload has to be signed.
    `allow_other_models` lets any model take the place of the live one.
    """

    max_bytes: int
    allow_pickle: bool = False
    accepted: tuple[str, ...] = ("onnx", "saved_model", "keras", "tflite", "labels.txt")
    allow_looser_suites: bool = False
    suite_minutes: int = 30
    allow_other_models: bool = False
    signing_keys: tuple[str, ...] = ()
    max_files: int = 2000
    max_uploads_per_hour: int = 30

    @property
    def max_of_all_models(self) -> int:
        """How many uploads of all models together may be looked at within an hour."""
        return ALL_MODELS * self.max_uploads_per_hour


def accepted_names(parameter: str, *, existing: bool) -> tuple[str, ...]:
    """Return what the parameter AcceptedFormats lists; what models read is not judged for an `existing` pipeline."""
    names = (name.strip() for name in parameter.split(","))
    return tuple(name for name in names if not (existing and name == PICTURES))


class OutOfTime(Refused):
    """An upload takes too long to be read."""


class Deadline:
    """The moment until which the work on an upload may take."""

    def __init__(self, clock: Clock, work: timedelta = WORK) -> None:
        self._clock, self._work, self._end = clock, work, clock.now() + work

    def check(self) -> None:
        """Raise OutOfTime if the deadline has passed."""
        if self._clock.now() > self._end:
            minutes = self._work.total_seconds() / 60
            raise OutOfTime(f"The upload could not be read within {minutes:.0f} minutes: upload less, or try it again.")


def listing_problem(listing: Candidate, rules: Rules) -> str:
    """Return why an upload is not even read: it has too many files, too many bytes, or none; empty if it is read."""
    count = len(listing.files)
    if count > rules.max_files:
        return f"The upload has {count:,} files and at most {rules.max_files:,} are allowed: upload fewer, larger ones."
    if listing.bytes > rules.max_bytes:
        most = f"at most {rules.max_bytes:,} are allowed"
        return f"The upload has {listing.bytes:,} bytes and {most}: upload a smaller model or raise MaxModelBytes."
    if not listing.bytes:
        return f"The upload at {shown(listing.prefix)} is empty: upload the files of the model again."
    return ""


def refusal(problems: Sequence[str]) -> str:
    """Return, on one line, the first problems of an upload and how many more there are."""
    first = [problem[:LONGEST] for problem in problems[:TOLD]]
    more = [f"There are {len(problems) - TOLD:,} more problems: solve these first."] if len(problems) > TOLD else []
    return " ".join(first + more)


def recent_uploads(ledger: Ledger, model: str, now: datetime, rules: Rules) -> list[Release]:
    """Return the releases that uploads of a model opened within the last hour, newest first.

    There may be more than are returned: one more than are allowed is enough to know that no further one is. None are
    returned while the ledger has one that cannot be read: that must not hold up what is uploaded.
    """
    try:
        found = ledger.history(limit=2 * rules.max_uploads_per_hour + 1, model=model)
    except ItemUnreadable:
        return []
    return [release for release in found if release.fingerprint and release.opened_at > now - HOUR]


@dataclass(frozen=True, slots=True)
class Rate:
    """What was opened within the last hour: `recent` by uploads of a model, newest first, `opened` of all models."""

    model: str
    recent: Sequence[Release]
    opened: Sequence[datetime]

    def is_exceeded(self, rules: Rules) -> bool:
        """Return whether there are more than are allowed, so that people have been told already."""
        return len(self.recent) > rules.max_uploads_per_hour or len(self.opened) > rules.max_of_all_models

    def problem(self, rules: Rules) -> str:
        """Return the sentence that there are as many as are allowed; empty if there are fewer."""
        for subject, times, most in (
            (shown(self.model), [one.opened_at for one in self.recent], rules.max_uploads_per_hour),
            ("This stack", self.opened, rules.max_of_all_models),
        ):
            if len(times) >= most:
                free = f"upload again after {times[most - 1] + HOUR:%H:%M} UTC, or raise MaxUploadsPerHour"
                return f"{subject} has had {most:,} uploads within an hour, and no further one is looked at: {free}."
        return ""


def rate(ledger: Ledger, model: str, now: datetime, rules: Rules) -> Rate:
    """Return how much was opened within the last hour, as far as it matters."""
    opened = ledger.uploads_since(now - HOUR, rules.max_of_all_models + 1)
    return Rate(model, recent_uploads(ledger, model, now, rules), opened)
