"""What was tested on staging is what goes to production: the same artifacts, byte for byte."""

from __future__ import annotations

from collections.abc import Mapping

from slipway.errors import BuildChanged
from slipway.models import Release, SmokeSummary


def check(release: Release, artifacts: Mapping[str, str]) -> SmokeSummary:
    """Return what was tested on staging; raises BuildChanged unless it was these artifacts (SHA-256 by name)."""
    tested = release.smoke.get("staging")
    if tested is None or not tested.artifacts:
        raise BuildChanged(f"The ledger does not say which build of {release.id} was tested: retry the stage Staging.")
    names = tested.artifacts.keys() | artifacts.keys()
    if changed := [name for name in sorted(names) if tested.artifacts.get(name) != artifacts.get(name)]:
        raise BuildChanged(
            f"The build of {release.id} was changed after its test ({', '.join(changed)}) and must not run: find out "
            "who wrote to the artifact bucket, then upload the model again."
        )
    return tested
