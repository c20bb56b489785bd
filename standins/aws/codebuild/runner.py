"""Runs one build from its source to its artifacts."""

import logging
import shutil
from contextlib import suppress
from threading import Timer

from standins.aws import roles
from standins.aws.codebuild.artifacts import upload
from standins.aws.codebuild.builds import Build
from standins.aws.codebuild.buildspec import Buildspec
from standins.aws.codebuild.commands import Commands
from standins.aws.codebuild.environment import tools
from standins.aws.codebuild.errors import PhaseError
from standins.aws.codebuild.logs import BuildLog
from standins.aws.codebuild.shell import Shell
from standins.aws.codebuild.source import download
from standins.aws.codebuild.variables import variables
from standins.aws.codebuild.workspace import Workspace
from standins.aws.wire import AwsError
from standins.docker import containers
from standins.folders import folders

logger = logging.getLogger("codebuild")


def run(build: Build) -> None:
    """Run the build to its end; whatever happens is noted in the build, because somebody waits for that."""
    build.announce()
    timer = Timer(build.settings["timeoutInMinutes"] * 60, build.cut, ["TIMED_OUT"])
    timer.daemon = True
    timer.start()
    fault = False
    try:
        with suppress(PhaseError):
            _perform(build)
    except Exception:
        logger.exception("Build %s ended by a fault of the local AWS", build.id)
        fault = True
    finally:
        timer.cancel()
        build.complete(fault)


def _perform(build: Build) -> None:
    with build.phase("PROVISIONING"):
        role, space = _assume(build), Workspace.create(folders(), build.uuid)
        tools(space.folders)
    log = BuildLog(space.log(build.id), role.client("logs"), build.log_group, build.uuid)
    try:
        _phases(build, role, space, log)
    except PhaseError as error:
        log.say(f"{error.code}: {error.message}")
        raise
    finally:
        with build.phase("FINALIZING"):
            _end_containers(build, space)
            shutil.rmtree(space.home, ignore_errors=True)
            log.close()


def _phases(build: Build, role: roles.RoleSession, space: Workspace, log: BuildLog) -> None:
    s3 = role.client("s3")
    with build.phase("DOWNLOAD_SOURCE"):
        spec = download(build, s3, space)
    _run_commands(build, spec, role, space, log)
    with build.phase("UPLOAD_ARTIFACTS"):
        upload(build, spec, s3, space, log)


def _run_commands(build: Build, spec: Buildspec, role: roles.RoleSession, space: Workspace, log: BuildLog) -> None:
    env = variables(build, spec, space) | role.environment()
    with Shell(space, env, log.write) as shell:
        build.ending = shell.end
        try:
            Commands(build, shell, log).run(spec)
        finally:
            build.exported = shell.values(spec.exported)


def _assume(build: Build) -> roles.RoleSession:
    try:
        name = f"AWSCodeBuild-{build.uuid}"
        return roles.session(build.settings["serviceRole"], "codebuild.amazonaws.com", name)
    except AwsError as error:
        raise PhaseError("ACCESS_DENIED", error.message) from error


def _end_containers(build: Build, space: Workspace) -> None:
    for container in containers.all_containers(space.folders):
        if container.owner == build.id:
            containers.remove(space.folders, container)
