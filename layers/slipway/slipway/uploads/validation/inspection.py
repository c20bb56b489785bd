"""The look at a whole upload before anything is started: everything that is wrong with it, told together."""

from __future__ import annotations

import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from slipway.models import Candidate, CandidateFile, ModelCard
from slipway.models.text import cited, listed, shown
from slipway.ports import FileReader
from slipway.uploads.limits import PICTURES, Deadline, Rules
from slipway.uploads.validation import formats, onnx, onnx_runtime, paths, safetensors, saved_models, signatures
from slipway.uploads.validation.accepted import Accepted
from slipway.uploads.validation.companions import Companions
from slipway.uploads.validation.formats import Format
from slipway.uploads.validation.onnx_header import Header
from slipway.uploads.validation.ranged import Ranged

WORKERS = 8
# A release's name becomes a CodePipeline client token (letters, digits, dashes) and an image tag.
_MODEL_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class Inspection:
    """What was found: the author that the card names and what else it says, and a sentence for each problem."""

    author: str
    model_card: ModelCard
    problems: tuple[str, ...]


def inspect(bucket: FileReader, listing: Candidate, rules: Rules, deadline: Deadline) -> Inspection:
    """Return what was found in an upload, after a bounded part of each file was read; raises OutOfTime."""
    return _Look(bucket, listing, rules, deadline).inspection()


class _Look:
    """One upload while it is looked at."""

    def __init__(self, bucket: FileReader, listing: Candidate, rules: Rules, deadline: Deadline) -> None:
        self._bucket, self._listing, self._rules, self._deadline = bucket, listing, rules, deadline
        self._files = {file.path: file for file in listing.files}
        self._accepted = Accepted(rules.accepted, signed=bool(rules.signing_keys))
        self._known = {path: known for path in self._files if (known := self._accepted.format_of(path))}
        self._headers: dict[str, Header] = {}

    def inspection(self) -> Inspection:
        """Return what was found in the upload."""
        companions = Companions(self._bucket, self._listing, self._rules)
        with ThreadPoolExecutor(WORKERS) as pool:
            found = list(pool.map(self._file_problems, [self._files[path] for path in self._known]))
        in_files = [problem for problems in found for problem in problems]
        beside = companions.problems(self._headers)
        problems = [*self._listing_problems(), *in_files, *self._unaccepted(), *beside]
        return Inspection(companions.author, companions.model_card, tuple(problems))

    def _listing_problems(self) -> list[str]:
        """Return what is wrong with the model's name, the paths, and what there is at all."""
        found = [] if _MODEL_NAME.fullmatch(self._listing.model) else [_name_problem(self._listing.model)]
        suffixes = self._accepted.model_suffixes
        if suffixes and not any(known.is_model for known in self._known.values()):
            found.append(
                f"There is no model file below {shown(self._listing.prefix)}: upload one that ends in {suffixes}."
            )
        found += _several_models(self._known) if PICTURES in self._rules.accepted else []
        return [*found, *paths.problems(self._listing.files), *safetensors.shard_problems(self._known)]

    def _file_problems(self, file: CandidateFile) -> list[str]:
        """Return what is wrong with a file of an accepted format; the header of a model is kept."""
        self._deadline.check()
        known, source = self._known[file.path], self._source(file)
        if known.runs_code and not self._rules.allow_pickle:
            return [formats.code_problem(file.path, known)]
        if found := formats.problems(file.path, source, known.with_header(self._headers.__setitem__)):
            return found
        if file.path.endswith(safetensors.INDEX):
            return safetensors.index_problems(file.path, source, self._files)
        if known.read is saved_models.problems:
            return saved_models.folder_problems(file.path, source, self._files)
        if file.path in self._headers:
            header, sizes = self._headers[file.path], {path: other.size for path, other in self._files.items()}
            unloadable = onnx_runtime.problems(file.path, header) if self._known[file.path] is formats.ONNX else ()
            short = onnx.weights_problems(file.path, header, sizes)
            return [*unloadable, *((short and self._pointers(header, file.path)) or short)]
        return []

    def _pointers(self, header: Header, path: str) -> list[str]:
        """Return a sentence for each file of a model's weights that is a Git LFS pointer."""
        weights = sorted(onnx.external_paths(path, header) & self._files.keys())
        small = [self._files[name] for name in weights if self._files[name].size <= signatures.LONGEST_POINTER]
        pointers = [one.path for one in small if signatures.is_pointer(self._source(one))]
        return [f"{cited(name)} is a Git LFS pointer: run `git lfs pull` and upload it again." for name in pointers]

    def _unaccepted(self) -> list[str]:
        """Return a sentence for each file that is neither accepted nor the weights of an accepted model."""
        weights = {path for name, header in self._headers.items() for path in onnx.external_paths(name, header)}
        others = [path for path in self._files if path not in self._known and path not in weights]
        if any(path not in self._headers for path, known in self._known.items() if known.is_onnx):
            # A model that cannot be read cannot say what its weights are called.
            others = [path for path in others if not onnx.may_hold_weights(path)]
        if not others:
            return []
        cure = "remove it, or have the operators add it to AcceptedFormats"
        return [f"{listed(others)} is not among the files that the service takes ({self._accepted.words}): {cure}."]

    def _source(self, file: CandidateFile) -> Ranged:
        """Return a file to be read in ranges, until the deadline passes."""

        def read(start: int, length: int) -> bytes:
            """Return bytes of the file; raises OutOfTime."""
            self._deadline.check()
            return self._bucket.read(file.key, file.version_id, start, length)

        return Ranged(read, file.size, self._rules.max_bytes)


def _several_models(known: Mapping[str, Format]) -> list[str]:
    """Return the sentence that there are several models, if so; one may be in parts only as safetensors."""
    models = sorted(path for path, one in known.items() if one.is_model and one.read is not safetensors.problems)
    if len(models) < 2:
        return []
    return [f"{listed(models)} are {len(models):,} models, and this service reads one: leave the others out."]


def _name_problem(model: str) -> str:
    """Return the sentence that a model's name cannot be used."""
    rule = "take lower-case letters, digits and dashes, 40 at most"
    return f"The model's name '{shown(model)}' cannot be used: {rule}."
