"""What was discovered, as the attributes of a custom resource: the template makes permissions and outputs of them."""

from __future__ import annotations

import json

from slipway.models import Deployment, ExistingPipeline
from slipway.models.codec import encode
from slipway.uploads.layout import Layout

POLLS = (
    " NOTE: its S3 source polls for the model, so each upload starts it twice: set PollForSourceChanges to false in "
    "that action."
)


def attributes(found: ExistingPipeline, arn: str, *, starts_itself: bool = False) -> dict[str, str]:
    """Return the attributes of the custom resource, by name: what was found, for the templates to refer to.

    `arn` is the pipeline's; the ARNs of its approvals are joined by commas.
    """
    layout = Layout.of(found.prefix, found.model)
    return {
        "Bucket": found.bucket,
        "Prefix": found.prefix,
        "Uploads": layout.prefix,
        "Model": found.model,
        "Approvals": ",".join(f"{arn}/{approval}" for approval in found.approvals),
        "StagingUrl": found.staging.url,
        "ProductionUrl": found.production.url,
        "StagingEnvironment": _resource(found.staging),
        "ProductionEnvironment": _resource(found.production),
        "Pipeline": json.dumps(encode(found), separators=(",", ":")),
        "Sentence": _sentence(found) + (POLLS if starts_itself else ""),
    }


def _resource(deployment: Deployment) -> str:
    """Return a deployment's environment as IAM names it: `APPLICATION/ENVIRONMENT`."""
    return f"{deployment.application}/{deployment.environment}"


def _place(deployment: Deployment) -> str:
    """Return where a deployment goes: its URL, or the name of its environment while that is unknown."""
    return deployment.url or deployment.environment


def _sentence(found: ExistingPipeline) -> str:
    """Return, in a sentence, what was found."""
    model = f"s3://{found.bucket}/{found.prefix} as {found.model}"
    return (
        f"{found.name} builds {model} ({', '.join(found.builds)}), deploys it to staging, {_place(found.staging)} "
        f"({found.staging.action}), asks at {', '.join(found.approvals)}, and deploys it to production, "
        f"{_place(found.production)} ({found.production.action})."
    )
