"""The tables of docs/models.md, as the JSON Schema of cards has them.

`python -m tests.support.card_docs` writes them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tests.support.paths import ROOT

PAGE = ROOT / "docs" / "models.md"
SCHEMA: dict[str, Any] = json.loads((ROOT / "docs" / "card.schema.json").read_text())
HEADS = {
    "": "| member | |\n|---|---|\n",
    **dict.fromkeys(("input", "output"), "| setting | default | |\n|---|---|---|\n"),
}


def page() -> str:
    """The page with its tables written anew, in their order."""
    text, done = PAGE.read_text(), 0
    for block, head in HEADS.items():
        start = text.index(head, done) + len(head)
        end = text.index("\n\n", start) + 1 if text[start] == "|" else start
        rows = "".join(table(block))
        text, done = text[:start] + rows + text[end:], start + len(rows)
    return text


def table(block: str) -> Iterator[str]:
    """The rows of a block, or of the card itself."""
    fields = SCHEMA["properties"][block]["properties"] if block else SCHEMA["properties"]
    for name, field in fields.items():
        values = f": {', '.join(f'`{one}`' for one in field['enum'] if one is not None)}" if "enum" in field else ""
        default = f" {field.get('default', '–')} |" if block else ""
        yield f"| `{name}` |{default} {field['description']}{values} |\n"


if __name__ == "__main__":
    PAGE.write_text(page())
