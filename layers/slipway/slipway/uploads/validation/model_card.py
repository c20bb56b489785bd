"""card.yaml: what its author says of a model, and whether the model says the same."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

from slipway.models.email_addresses import address
from slipway.models.text import cited
from slipway.uploads.validation import card_description, card_input
from slipway.uploads.validation.card_input import NAME
from slipway.uploads.validation.onnx_tensors import Shape

MEMBERS = ("author", *card_description.MEMBERS, "input", "output")
SCORES = ("probabilities", "log_probabilities", "logits")
_LONGEST_AUTHOR = 320  # characters: of an address, and some for a name


def problems(content: object, shape: Shape | None) -> list[str]:
    """Return what is wrong with a card.yaml; `shape` is that of the model's input, None if not known."""
    if content is None:
        return []
    if not isinstance(content, dict):
        return [f"{NAME} is no block of settings: write it like 'author: ada@example.com'."]
    found = [*_misspelt(content), *_author_problems(content), *card_description.problems(content)]
    found += _output_problems(content.get("output"))
    return [*found, *card_input.problems(content.get("input") or {}, shape)]


def author_of(content: object) -> str:
    """Return the e-mail address of the author in a card.yaml; empty if it names none properly."""
    author = content.get("author") if isinstance(content, dict) else None
    found = address(author) if isinstance(author, str) and len(author) <= _LONGEST_AUTHOR else ""
    return found if found.isascii() and found.isprintable() else ""  # many letters look like others


def _misspelt(content: dict[Any, Any]) -> list[str]:
    """Return a sentence for each member that is almost one of ours; any others are the author's own."""
    found = []
    for name in content:
        close = get_close_matches(name, MEMBERS, 1, 0.75) if isinstance(name, str) and name not in MEMBERS else []
        found += [f"{NAME}: {cited(name)} is not known here: perhaps {one} is meant." for one in close]
    return found


def _output_problems(output: object) -> list[str]:
    """Return what is wrong with the block `output`."""
    if output is None:
        return []
    if (
        not isinstance(output, dict)
        or not set(output) <= {"name", "scores"}
        or not isinstance(output.get("name", ""), str)
    ):
        return [f"{NAME}: output takes the name of an output, and what its scores are: write {{scores: logits}}."]
    known = output.get("scores") in (None, *SCORES)
    return [] if known else [f"{NAME}: output.scores must be one of {', '.join(SCORES)}: correct it."]


def _author_problems(content: dict[Any, Any]) -> list[str]:
    """Return the sentence that the author has no e-mail address, if so."""
    author = content.get("author")
    if "author" not in content or author_of(content):
        return []
    if isinstance(author, str) and "@" in author and not author.isascii():
        return [f"{NAME}: author has letters in its e-mail address that look like others: write it in ASCII."]
    return [f"{NAME}: author must have an e-mail address, by which people are known: write one like ada@example.com."]
