"""Whether ONNX Runtime loads a model: its format's version, its operator sets, and the operators themselves.

onnx_runtime.json holds what the version knows that the sample service is built with; a test compares it with that.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from slipway.models.text import cited, listed
from slipway.uploads.validation.onnx_header import Header

_KNOWN = Path(__file__).with_name("onnx_runtime.json")
# The runtime has operators of its own in these; which they are changes with its build.
_OWN_DOMAINS = ("com.microsoft", "com.ms.", "ai.onnx.preview.training", "ai.onnx.training")


def problems(name: str, header: Header) -> Iterator[str]:
    """Yield what keeps ONNX Runtime from loading a model, as far as its header tells."""
    known = _known()
    runtime = f"ONNX Runtime {known['runtime']}, which serves it,"
    if header.ir > known["ir"]:
        cure = f"save it with onnx.load, `model.ir_version = {known['ir']}` and onnx.save"
        yield f"{cited(name)} is of ONNX's format {header.ir}, and {runtime} reads {known['ir']} at most: {cure}."
    for domain, most in known["opsets"].items():
        if (version := header.opsets.get(domain, 0)) > most:
            what = f"opset {version}{f' of {domain}' if domain else ''}"
            limit = f"{runtime} knows {most} at most: export it with opset {most} or less"
            yield f"{cited(name)} uses {what}, and {limit}."
    if unknown := sorted(_unknown_operators(header, known["operators"])):
        cure = "export it with operators of ONNX alone"
        yield f"{cited(name)} uses {listed(unknown)}, which {runtime} does not have: {cure}."


def _unknown_operators(header: Header, operators: dict[str, list[str]]) -> set[str]:
    """Return the operators of a model that the runtime does not have and that are no functions of the model's own."""
    found = set()
    for domain, operator in header.operators - header.functions:
        plain = "" if domain == "ai.onnx" else domain
        if not (operator in operators[plain] if plain in operators else plain.startswith(_OWN_DOMAINS)):
            found.add(f"{domain}.{operator}" if plain else operator)
    return found


@cache
def _known() -> Any:
    """Return what the runtime knows."""
    return json.loads(_KNOWN.read_text())
