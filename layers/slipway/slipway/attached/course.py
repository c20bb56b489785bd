"""What the actions of an existing pipeline mean for the release that an execution carries."""

from __future__ import annotations

from slipway.models import ExistingPipeline, State
from slipway.releases.pipeline_events import Course


def course_of(existing: ExistingPipeline) -> Course:
    """Return which states the actions of an existing pipeline put a release into.

    That an execution has succeeded means nothing: a release is live when production was tested.
    """
    return Course(
        started={
            **dict.fromkeys(existing.builds, State.BUILDING),
            existing.staging.action: State.STAGING,
            **dict.fromkeys(existing.approvals, State.TESTING),
            existing.production.action: State.RELEASING,
        },
        approvals=existing.approvals,
        succeeded={existing.production.action: State.VERIFYING},
    )
