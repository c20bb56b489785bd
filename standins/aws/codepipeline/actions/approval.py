"""Manual approvals: tells people by SNS; their answer comes through PutApprovalResult."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from standins.aws.codepipeline.actions import ActionFailed, Work
from standins.aws.codepipeline.records import ActionRun
from standins.aws.console import address as console_address

LONGEST_NAME_IN_SUBJECT = 27
LONGEST_SUBJECT = 99


class ManualApproval:
    """Publishes the notice of an approval; `record` keeps a copy in the run's log."""

    def __init__(self, record: Callable[[dict[str, Any]], None]) -> None:
        self._record = record

    def __call__(self, work: Work) -> None:
        """Publish the notice to the action's topic, if it names one."""
        topic = work.configuration.get("NotificationArn")
        if not topic:
            return
        message = notice(work.run)
        if topic.split(":")[3] != message["region"]:
            raise ActionFailed(f"The topic {topic} is not in the pipeline's region.", "ConfigurationError")
        work.role.client("sns").publish(TopicArn=topic, Subject=subject(work.run), Message=json.dumps(message))
        self._record(message)


def subject(run: ActionRun) -> str:
    """The subject AWS gives the notice; long names are cut, because SNS takes fewer than 100 characters."""
    pipeline, action = _short(run.execution.definition.name), _short(run.action.name)
    return f"APPROVAL NEEDED: AWS CodePipeline {pipeline} for action {action}"[:LONGEST_SUBJECT]


def notice(run: ActionRun) -> dict[str, Any]:
    """The notice's JSON. It carries no execution id; AWS's does not, either."""
    definition, configuration = run.execution.definition, run.configuration
    console = f"{console_address()}/codepipeline/home?region={definition.region}#/view/{definition.name}"
    approval = {
        "pipelineName": definition.name,
        "stageName": run.stage.name,
        "actionName": run.action.name,
        "token": run.token,
        "expires": expires(run.deadline),
        "externalEntityLink": configuration.get("ExternalEntityLink"),
        "approvalReviewLink": f"{console}/{run.stage.name}/{run.action.name}/approve/{run.token}",
        "customData": configuration.get("CustomData"),
    }
    return {"region": definition.region, "consoleLink": console, "approval": approval}


def expires(deadline: datetime | None) -> str | None:
    """A deadline the way the notice gives it: UTC, to the minute."""
    return deadline.strftime("%Y-%m-%dT%H:%MZ") if deadline else None


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME_IN_SUBJECT else f"{name[: LONGEST_NAME_IN_SUBJECT - 3]}..."
