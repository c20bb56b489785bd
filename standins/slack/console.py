"""What cards and mails link to in the AWS console: evidence, logs, and what the pipeline does."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route

PIPELINES = "/codesuite/codepipeline/pipelines"
# What lies in a bucket is not ours: nothing in it runs.
HARMLESS = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:"}


class Console:
    """Shows what the local AWS has; `logs` is the folder of the builds' logs, `client` makes clients of it."""

    def __init__(self, logs: Path, client: Callable[..., Any]) -> None:
        self._logs = logs
        self._client = client

    def routes(self) -> list[Mount]:
        """Return the addresses, as AWS's console has them."""
        return [
            Mount(
                "/console",
                routes=[
                    Route("/s3/object/{bucket}", self.thing),
                    Route(PIPELINES + "/{pipeline}/executions/{execution}/timeline", self.timeline),
                    Route("/codesuite/codebuild/projects/{project}/build/{build}/log", self.log),
                    Route("/codepipeline/home", self.waiting),
                ],
            )
        ]

    def thing(self, request: Request) -> Response:
        """Show a version of an object of a bucket."""
        asked = request.query_params
        place = {"Bucket": request.path_params["bucket"], "Key": asked["prefix"], "VersionId": asked["versionId"]}
        return HTMLResponse(self._client("s3").get_object(**place)["Body"].read(), headers=HARMLESS)

    def timeline(self, request: Request) -> Response:
        """List the actions of an execution, the first one first."""
        told = self._client("codepipeline").list_action_executions(
            pipelineName=request.path_params["pipeline"],
            filter={"pipelineExecutionId": request.path_params["execution"]},
        )["actionExecutionDetails"]
        return PlainTextResponse("\n".join(_line(one) for one in reversed(told)))

    def log(self, request: Request) -> Response:
        """Show a build's log."""
        name = Path(request.path_params["build"]).name.replace(":", "-")
        return PlainTextResponse((self._logs / f"build-{name}.log").read_text())

    def waiting(self, request: Request) -> Response:
        """Say how one answers here as one would in the console."""
        return PlainTextResponse(
            "In the AWS console one answers here. Here: press the message's button, or use\n"
            "aws codepipeline get-pipeline-state and put-approval-result."
        )


def _line(action: dict[str, Any]) -> str:
    said = action.get("output", {}).get("executionResult", {}).get("externalExecutionSummary", "")
    return f"{action['startTime']:%H:%M:%S}  {action['stageName']} / {action['actionName']}  {action['status']}  {said}"


def missing(request: Request, error: Exception) -> Response:
    """Say that there is nothing to show."""
    return PlainTextResponse(f"The local AWS does not have this ({type(error).__name__}).", 404)


TROUBLE = BotoCoreError, ClientError, FileNotFoundError
