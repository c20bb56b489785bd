"""CodeBuild's operations on builds; projects are MiniStack's."""

import contextvars
import copy
import threading
from typing import Any

from ministack.services import codebuild as ministack_codebuild

from standins.aws import registry
from standins.aws.codebuild.builds import Build
from standins.aws.codebuild.runner import run
from standins.aws.codebuild.settings import merged
from standins.aws.wire import AwsError, Request

_builds: dict[str, Build] = {}
_tokens: dict[str, Build] = {}


def start_build(request: Request) -> dict[str, Any]:
    """Start a build in a thread of its own; the same idempotency token starts nothing twice."""
    project = copy.deepcopy(_project(request["projectName"]))
    token = request.get("idempotencyToken", "")
    if not token or token not in _tokens:
        build = Build(project, merged(project, request), _next_number(project["name"]), _initiator())
        # What a queue would add to the real thing: here a build starts at once.
        for phase in ("SUBMITTED", "QUEUED"):
            with build.phase(phase):
                pass
        _builds[build.id] = build
        _tokens[token or build.id] = build
        _in_thread(build)
    else:
        build = _tokens[token]
    return {"build": build.describe()}


def batch_get_builds(request: Request) -> dict[str, Any]:
    """The builds with these ids, and the ids without a build."""
    found = {name: _builds[name] for name in request["ids"] if name in _builds}
    missing = [name for name in request["ids"] if name not in found]
    answer: dict[str, Any] = {"builds": [build.describe() for build in found.values()]}
    return answer | ({"buildsNotFound": missing} if missing else {})


def stop_build(request: Request) -> dict[str, Any]:
    """End a running build; a finished one stays as it is."""
    if request["id"] not in _builds:
        raise AwsError("ResourceNotFoundException", f"Build does not exist: {request['id']}")
    build = _builds[request["id"]]
    build.cut("STOPPED")
    return {"build": build.describe()}


def list_builds(request: Request) -> dict[str, Any]:
    """All ids, the newest first."""
    return {"ids": _sorted(list(_builds), request)}


def list_builds_for_project(request: Request) -> dict[str, Any]:
    """The ids of a project's builds, the newest first."""
    name = _project(request["projectName"])["name"]
    return {"ids": _sorted([key for key, build in _builds.items() if build.project["name"] == name], request)}


def _sorted(ids: list[str], request: Request) -> list[str]:
    return ids if request.get("sortOrder") == "ASCENDING" else ids[::-1]


def _project(name: str) -> dict[str, Any]:
    project = ministack_codebuild._projects.get(name.rpartition("project/")[2])
    if project is None:
        raise AwsError("ResourceNotFoundException", f"Project cannot be found: {name}")
    return dict(project)


def _next_number(project: str) -> int:
    return 1 + len([build for build in _builds.values() if build.project["name"] == project])


def _initiator() -> str:
    return registry.caller().rpartition(":")[2]


def _in_thread(build: Build) -> None:
    # MiniStack keeps the account and the region of a request in context variables.
    context = contextvars.copy_context()
    threading.Thread(target=context.run, args=(run, build), name=build.id, daemon=True).start()
