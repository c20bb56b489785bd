"""A pipeline as others have it: deployed by plain CloudFormation, fed and answered by hand."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import httpx

from rehearsal import aws
from rehearsal.errors import RehearsalError
from rehearsal.setup import Setup

STACK = "digits-ci"
CONNECTION = "arn:aws:codeconnections:us-east-1:000000000000:connection/00000000-0000-0000-0000-000000000000"
RUNS_WITHIN = 120.0


@dataclass(frozen=True, slots=True)
class ExistingStack:
    """The stack of a folder's template.yaml, and what people do to it.

    The template's outputs say all that is known of it here: Pipeline, Models and Prefix (the bucket and where in it the
    build looks for the model), StagingUrl, ProductionUrl. Beside it are the suite.yaml and the API's `application`, and
    maybe a parameters.json: the parameters of Slipway's stack for this one.
    """

    setup: Setup
    folder: Path
    name: str = STACK

    def deploy(self) -> None:
        """Deploy it as its owners do."""
        command: list[str | Path] = [
            self.setup.workspace.tools / "aws", "cloudformation", "create-stack", "--stack-name", self.name,
            "--template-body", f"file://{self.folder / 'template.yaml'}", "--capabilities", "CAPABILITY_NAMED_IAM",
            "--parameters", f"ParameterKey=ConnectionArn,ParameterValue={CONNECTION}",
        ]  # fmt: skip
        self.setup.run("The existing stack", command, "existing-stack")
        # `aws cloudformation deploy` looks every 30 s only.
        found = self.setup.watch.until(self._created, RUNS_WITHIN, f"The stack {self.name} is not created in time.")
        if found != "CREATE_COMPLETE":
            raise RehearsalError(f"The stack {self.name} was not created: {aws.first_failure(self.name)}")

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters that Slipway is deployed with, beside the pipeline's name."""
        path = self.folder / "parameters.json"
        return dict(json.loads(path.read_text())) if path.is_file() else {}

    def _created(self) -> str | None:
        """How its creation ended; None before."""
        status = self._described()["StackStatus"]
        return None if status == "CREATE_IN_PROGRESS" else str(status)

    def output(self, name: str) -> str:
        """An output of the stack."""
        return aws.output(self.name, name)

    def _described(self) -> Any:
        return boto3.client("cloudformation", config=aws.QUICK).describe_stacks(StackName=self.name)["Stacks"][0]

    def tell_eventbridge(self) -> None:
        """Let the bucket send its events to EventBridge, as `slipway doctor` says."""
        boto3.client("s3", config=aws.QUICK).put_bucket_notification_configuration(
            Bucket=self.output("Models"), NotificationConfiguration={"EventBridgeConfiguration": {}}
        )

    def upload(self, sample: str) -> None:
        """Overwrite the model in place, as the article's script does."""
        self.setup.upload_sample(sample, f"s3://{self.output('Models')}/{self.output('Prefix')}")

    def start(self) -> str:
        """Start the pipeline by hand, or as a push to its repository does; returns the execution."""
        return str(_pipeline().start_pipeline_execution(name=self.output("Pipeline"))["pipelineExecutionId"])

    def executions(self) -> dict[str, str]:
        """The status of each execution, the newest first."""
        found = _pipeline().list_pipeline_executions(pipelineName=self.output("Pipeline"))["pipelineExecutionSummaries"]
        return {one["pipelineExecutionId"]: one["status"] for one in found}

    def approval(self, execution: str) -> dict[str, str] | None:
        """Where an execution waits for an answer, as PutApprovalResult is told; None unless it does."""
        for stage in _pipeline().get_pipeline_state(name=self.output("Pipeline"))["stageStates"]:
            for action in stage["actionStates"]:
                latest = action.get("latestExecution", {})
                here = stage.get("latestExecution", {}).get("pipelineExecutionId") == execution
                if here and latest.get("token") and latest["status"] == "InProgress":
                    place = {"stageName": stage["stageName"], "actionName": action["actionName"]}
                    return {"pipelineName": self.output("Pipeline"), **place, "token": latest["token"]}
        return None

    def answer(self, execution: str, status: str, summary: str) -> None:
        """Wait until an execution asks, and answer in the console."""
        place = self.until_asked(execution)
        _pipeline().put_approval_result(**place, result={"status": status, "summary": summary})

    def until_asked(self, execution: str) -> dict[str, str]:
        """Wait until an execution waits for an answer; RehearsalError if it ends before."""

        def asked() -> dict[str, str] | None:
            if (status := self.executions().get(execution)) != "InProgress":
                raise RehearsalError(f"The execution {execution} was expected to wait for an answer, but is {status}.")
            return self.approval(execution)

        return self.setup.watch.until(asked, RUNS_WITHIN, f"The execution {execution} asks nobody.")

    def until_over(self, execution: str, status: str = "Succeeded") -> None:
        """Wait until an execution has ended, in this status."""

        def ended() -> str | None:
            found = self.executions().get(execution, "")
            return None if found in ("", "InProgress") else found

        found = self.setup.watch.until(ended, RUNS_WITHIN, f"The execution {execution} does not end.")
        if found != status:
            raise RehearsalError(f"The execution {execution} was expected to end {status}, but is {found}.")

    def run_once(self, sample: str) -> None:
        """Upload a model, start the pipeline, and approve whatever it asks, as a team without Slipway does."""
        self.upload(sample)
        execution = self.start()
        self.answer(execution, "Approved", "Looks good")

        def ended() -> bool | None:
            if place := self.approval(execution):
                _pipeline().put_approval_result(**place, result={"status": "Approved", "summary": "This, too"})
            return self.executions()[execution] != "InProgress" or None

        self.setup.watch.until(ended, RUNS_WITHIN, f"The execution {execution} does not end.")
        self.until_over(execution)

    def reads(self, url: str, digit: str) -> None:
        """Fail unless an environment's API recognises a golden picture's digit."""
        picture = self.setup.workspace.root.joinpath("service", "suite", "golden", f"{digit}.png").read_bytes()
        answer = httpx.post(f"{url}/predict", files={"file": picture}, timeout=10, trust_env=False)
        if answer.status_code != httpx.codes.OK or answer.json()["prediction"]["winning_class"] != digit:
            raise RehearsalError(f"{url} was expected to read {digit}, but says: {answer.text[:200]}")

    def versions(self) -> list[str]:
        """The version labels that staging and production run."""
        client = boto3.client("elasticbeanstalk", config=aws.QUICK)
        found = {f"http://{one['CNAME']}": one for one in client.describe_environments()["Environments"]}
        return [found[self.output(name)].get("VersionLabel", "") for name in ("StagingUrl", "ProductionUrl")]


def _pipeline() -> Any:
    return boto3.client("codepipeline", config=aws.QUICK)
