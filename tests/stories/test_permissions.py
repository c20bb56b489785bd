"""Each permission is needed by a story, or it is known why it is kept; plays nothing itself."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.support.iam_records import PERMISSIONS
from tests.support.paths import ROOT
from tests.support.rehearsals import RUN

STORIES = ("own", "attached-other-names", "attached")


def test_every_permission_is_needed_or_it_is_known_why_it_is_kept(records: Path) -> None:
    """What the stories asked of IAM is asked again without one permission after the other: docs/security.md.

    And with another value of what each condition looks at, which has to be denied.
    """
    missing = [story for story in STORIES if not (records / story).is_dir()]
    assert not missing, f"Play tests/stories as a whole: there is no record of {missing}."
    templates = ["--templates", "template.yaml", "pipeline/template.yaml"]
    excused = ["--excused", "rehearsal/unneeded_permissions.yaml"]
    table = subprocess.run(
        [*PERMISSIONS, "needed", *(records / story for story in STORIES), *templates, *excused],
        cwd=ROOT, capture_output=True, text=True, check=True, timeout=120,
    ).stdout  # fmt: skip
    (RUN / "permissions.txt").write_text(table)
    rows = table.splitlines()
    assert len(rows) > 200
    assert [row for row in rows if row.endswith("| nothing")] == []
