"""The tables of fields in docs/suites.md, and the schema for editors, as the layer's JSON Schema of suites has them.

`PYTHONPATH=layers/slipway python -m tests.support.suite_docs` writes both; a test sees that they were written.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from slipway.smoke.suite.validation import resolved, schema
from tests.support.paths import ROOT

SOURCE = ROOT / "layers/slipway/slipway/smoke/suite/suite.schema.json"
PUBLISHED = ROOT / "docs" / "suite.schema.json"
PAGE = ROOT / "docs" / "suites.md"
_STRICTER = {
    "higher": "more",
    "each higher": "more of each, or of more slices",
    "lower": "less",
    "more": "more of them",
    "must": "`must`",
    "never": "nothing else",
}
_PLACE = re.compile(r"(?<=<!-- fields: )(\S+)((?: \S+)*)( -->\n).*?(?=<!-- end -->)", re.DOTALL)


def page() -> str:
    """The page with its tables written anew."""

    def written(place: re.Match[str]) -> str:
        return "".join([place[1], place[2], place[3], *table(place[1], place[2].split())])

    return _PLACE.sub(written, PAGE.read_text())


def table(block: str, names: list[str]) -> Iterator[str]:
    """The rows of some fields of a block, or of all of them; the last column says what a candidate's suite may do."""
    fields = schema()["properties"] if block == "suite" else schema()["$defs"][block]["properties"]
    rows = {name: resolved(fields[name]) for name in names or fields}
    stricter = all("x-tighter" in field for field in rows.values())
    yield f"| field | default | |{' stricter is |' if stricter else ''}\n|---|---|---|{'---|' if stricter else ''}\n"
    for name, field in rows.items():
        column = f" {_STRICTER[field['x-tighter']]} |" if stricter else ""
        yield f"| `{name}` | {_default(field)} | {field.get('description', '')} |{column}\n"


def _default(field: dict[str, Any]) -> str:
    if "default" not in field:
        return "–"
    return f"`{field['default']}`" if isinstance(field["default"], str) else json.dumps(field["default"])


if __name__ == "__main__":
    PUBLISHED.write_bytes(SOURCE.read_bytes())
    PAGE.write_text(page())
