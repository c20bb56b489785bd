"""The shapes of events: what AWS documents, in events/, and what a rehearsal has logged."""

from __future__ import annotations

import json
from typing import Any

from tests.support.paths import ROOT
from tests.support.rehearsals import RUN


def shape(node: Any) -> Any:
    """Reduce a document to its shape: names, and the types of what they hold."""
    if isinstance(node, dict):
        return {name: shape(value) for name, value in node.items()}
    return type(node).__name__


def logged(kind: str) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in (RUN / "logs" / "events.jsonl").read_text().splitlines()]
    return [line["body"] for line in lines if line["kind"] == kind]


def sample_event(name: str) -> Any:
    return json.loads((ROOT / "events" / f"{name}.json").read_text())


def missing(documented: Any, seen: Any, path: str = "") -> list[str]:
    if not isinstance(documented, dict):
        return [] if documented == seen else [f"{path} is {seen}, not {documented}"]
    if not isinstance(seen, dict):
        return [f"{path} is {seen}"]
    absent = [f"{path}.{name} is absent" for name in documented if name not in seen]
    return absent + [
        miss for name in documented if name in seen for miss in missing(documented[name], seen[name], name)
    ]
