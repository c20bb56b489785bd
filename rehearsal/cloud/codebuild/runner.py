"""Runs one build from its source to its artifacts."""

import logging
import shutil
from contextlib import suppress
from threading import Timer

from rehearsal.cloud import roles
from rehearsal.cloud.codebuild.artifacts import upload
from rehearsal.cloud.codebuild.builds import Build
from rehearsal.cloud.codebuild.buildspec import Buildspec
from rehearsal.cloud.codebuild.commands import Commands
from rehearsal.cloud.codebuild.environment import tools
from rehearsal.cloud.codebuild.errors import PhaseError
from rehearsal.cloud.codebuild.logs import BuildLog
from rehearsal.cloud.codebuild.shell import Shell
from rehearsal.cloud.codebuild.source import download
from rehearsal.cloud.codebuild.variables import variables
from rehearsal.cloud.codebuild.workspace import Workspace
from rehearsal.cloud.wire import AwsError
from rehearsal.docker import containers
from rehearsal.docker.folders import folders

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
        logger.exception("Build %s ended by a fault of the rehearsal", build.id)
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
