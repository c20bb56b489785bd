"""Replaces what an environment's instance runs, all at once."""

import os
import time
from collections.abc import Callable

from standins.aws.elasticbeanstalk import bundles, health, instance, listeners, permissions, records
from standins.aws.elasticbeanstalk.compose import HEALTH_LOG, BundleError
from standins.aws.elasticbeanstalk.environment import Environment
from standins.aws.elasticbeanstalk.process import Instance
from standins.aws.wire import AwsError
from standins.docker.errors import DockerError


class DeploymentError(Exception):
    """One sentence about why a version is not what the environment runs now."""


def deploy(environment: Environment) -> None:
    """Replace what the instance runs; the old version goes only when the new one was fetched."""
    version = records.version(environment.application, environment.version) if environment.version else None
    # Only an update acts in its caller's name here: what launches an environment is a stack, as its administrator.
    if environment.status == "Updating" and (denied := permissions.denied_deployment(environment, version)):
        raise DeploymentError(denied)
    if refused := listeners.refusal(environment):
        raise DeploymentError(refused)
    if version is None:
        _replace(environment, lambda: instance.start_sample(environment))
        return
    try:
        role = permissions.instance_session(environment)
        bundle = bundles.fetch(environment, version, role)
        image = instance.image_of(environment, bundle, role)
        environment.note("Deploying new version to instance(s).")
        _replace(environment, lambda: instance.start(environment, bundle, image, role))
    except (BundleError, DockerError, AwsError) as error:
        environment.set_health("Red", "Degraded", f"Command failed on all instances. {error}")
        raise DeploymentError(f"Command failed on the instance: {error}") from error


def _replace(environment: Environment, start: Callable[[], Instance]) -> None:
    if environment.instance:
        environment.instance.end()
    listeners.open_fronts(environment)
    began = time.time()
    environment.instance = start()
    lag()
    seconds = float(os.environ.get("STANDINS_BEANSTALK_TIMEOUT", "30"))
    if trouble := _trouble(environment, environment.instance, seconds):
        environment.set_health("Red", "Severe", f"The application {trouble}.")
        raise DeploymentError(f"The application {trouble}; its output is in the instance's log.")
    # By now the requests of the load balancer are in the log, if the application keeps one.
    if (share := health.failing(instance.folder_of(environment, HEALTH_LOG), began)) >= health.SEVERE:
        failing = f"{share:.1f} % of the requests are failing with HTTP 5xx."
        environment.set_health("Red", "Severe", failing)
        raise DeploymentError(f"The batch did not become healthy: {failing}")


def _trouble(environment: Environment, started: Instance, seconds: float) -> str:
    """Wait until the application answers; why it never did, or nothing."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if environment.aborted.is_set():
            return "was not given the time to start, because the update was aborted"
        if not started.running:
            return "ended while it started"
        if instance.status_of(environment):
            return ""
        time.sleep(0.1)
    return f"did not answer within {seconds:.0f} seconds"


def lag() -> None:
    """Take as long as the real thing takes over an intermediate state, only shorter."""
    time.sleep(float(os.environ.get("STANDINS_BEANSTALK_LAG", "0.5")))
