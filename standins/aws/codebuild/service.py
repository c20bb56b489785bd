"""CodeBuild as the local AWS calls it."""

from collections.abc import Callable, Mapping
from typing import Any

from ministack.services import codebuild as ministack_codebuild
from ministack.services.cloudformation import provisioners

from standins.aws import ecr, registry
from standins.aws.codebuild import operations
from standins.aws.wire import Request, Response, Service


class CodeBuild(Service):
    """Answers what concerns builds, and leaves projects to MiniStack."""

    async def handle_request(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes, query_params: Mapping[str, Any]
    ) -> Response:
        """Answer one request."""
        if headers.get("x-amz-target", "").rpartition(".")[2] in self.operations:
            return await super().handle_request(method, path, headers, body, query_params)
        answer: Response = await ministack_codebuild.handle_request(method, path, headers, body, query_params)
        return answer


def register() -> None:
    """Answer for CodeBuild in place of MiniStack."""
    ecr.install()
    project = provisioners._RESOURCE_HANDLERS["AWS::CodeBuild::Project"]
    answered = {
        "StartBuild": operations.start_build,
        "BatchGetBuilds": operations.batch_get_builds,
        "StopBuild": operations.stop_build,
        "ListBuilds": operations.list_builds,
        "ListBuildsForProject": operations.list_builds_for_project,
    }
    kept = {"create": _keeping_logs(project["create"]), "update": _keeping_logs(project["update"])}
    registry.register(CodeBuild("codebuild", answered), _iam_resource, {"AWS::CodeBuild::Project": project | kept})


def _keeping_logs(provision: Callable[..., Any]) -> Callable[..., Any]:
    """MiniStack's provisioner, which forgets where the template wants the logs."""

    def keep(identity: str, *properties: Any, **named: Any) -> Any:
        answer = provision(identity, *properties, **named)
        *_, given = [item for item in properties if isinstance(item, dict)]
        logs = given.get("LogsConfig", {}).get("CloudWatchLogs", {})
        ministack_codebuild._projects[answer[0]]["logGroup"] = logs.get("GroupName", "")
        return answer

    return keep


def _iam_resource(_: str, request: Request) -> str:
    """Permissions on builds are permissions on their project; of several projects, the first is asked about."""
    named = request.get("projectName") or request.get("name") or next(iter(request.get("names", [])), "")
    build = request.get("id") or next(iter(request.get("ids", [])), "")
    project = named or build.rpartition("build/")[2].partition(":")[0]
    return registry.arn("codebuild", f"project/{project}") if project else "*"
