"""Launches, updates and terminates environments, in threads and with the real thing's intermediate states."""

import contextvars
import logging
import threading
import time
from collections.abc import Callable

from standins.aws.elasticbeanstalk import instance, listeners
from standins.aws.elasticbeanstalk.environment import Environment
from standins.aws.elasticbeanstalk.rollout import DeploymentError, deploy, lag

logger = logging.getLogger("elasticbeanstalk")
_RESOURCE = "Elastic Beanstalk resource status change"


def launch(environment: Environment) -> threading.Thread:
    """Bring a new environment up, with its version or the sample page."""
    environment.tell(_RESOURCE, "Environment creation started", "createEnvironment is starting.")
    return _in_thread(environment, lambda: _launch(environment))


def update(environment: Environment, label: str) -> threading.Thread:
    """Deploy a version all at once; afterwards the environment is Ready again, whatever came of it."""
    environment.status, previous = "Updating", environment.version
    environment.version = label
    environment.aborted.clear()
    environment.set_health("Green", "Info", "Application update in progress.")
    environment.tell(_RESOURCE, "Environment update started", "Environment update is starting.")
    return _in_thread(environment, lambda: _update(environment, previous))


def rebuild(environment: Environment) -> threading.Thread:
    """End everything of the environment, and launch it again with the version that it has."""
    environment.status = "Updating"
    environment.tell(_RESOURCE, "Environment update started", "rebuildEnvironment is starting.")
    return _in_thread(environment, lambda: _rebuild(environment))


def terminate(environment: Environment) -> threading.Thread:
    """End the environment and its instance."""
    environment.status = "Terminating"
    environment.tell(_RESOURCE, "Environment termination started", "terminateEnvironment is starting.")
    return _in_thread(environment, lambda: _terminate(environment))


def wait_until_ready(environment: Environment, seconds: float) -> None:
    """Wait for the end of an update."""
    deadline = time.monotonic() + seconds
    while environment.status == "Updating" and time.monotonic() < deadline:
        time.sleep(0.1)


def notice_end(environment: Environment) -> None:
    """Turn an environment red whose instance ended by itself."""
    if environment.status == "Ready" and environment.instance and not environment.instance.running:
        environment.set_health("Red", "Severe", "The application ended; its output is in the instance's log.")


def _launch(environment: Environment) -> None:
    lag()
    try:
        deploy(environment)
    except DeploymentError as error:
        _finish(environment, "Environment creation failed", f"Failed to launch environment. {error}", "ERROR")
    else:
        done = f"Successfully launched environment: {environment.name}"
        _finish(environment, "Environment creation successful", done)


def _rebuild(environment: Environment) -> None:
    listeners.forget(environment)
    environment.status = "Launching"  # a stack's work, not the caller's
    _launch(environment)


def _update(environment: Environment, previous: str) -> None:
    lag()
    try:
        deploy(environment)
    except DeploymentError as error:
        # As on AWS the environment still expects the version before, whatever its instance runs now.
        environment.version = previous
        _finish(environment, "Environment update failed", f"Failed to deploy application. {error}", "ERROR")
    else:
        done = "Environment update completed successfully."
        _finish(environment, "Environment update successful", done)


def _finish(environment: Environment, status: str, message: str, severity: str = "INFO") -> None:
    if severity == "INFO":
        _show_health(environment)
    environment.tell(_RESOURCE, status, message, severity)
    environment.status = "Ready"


def _show_health(environment: Environment) -> None:
    status = instance.status_of(environment)
    if 0 < status < 400:
        environment.set_health("Green", "Ok")
    else:
        environment.set_health(
            "Red", "Severe", f"100.0 % of the requests are failing with HTTP {status or 'no answer'}."
        )


def _terminate(environment: Environment) -> None:
    if environment.instance:
        environment.instance.end()
    listeners.forget(environment)
    lag()
    done = "terminateEnvironment completed successfully."
    environment.tell(_RESOURCE, "Environment termination successful", done)
    environment.color, environment.health, environment.status = "Grey", "Unknown", "Terminated"


def _in_thread(environment: Environment, work: Callable[[], None]) -> threading.Thread:
    # MiniStack keeps the account and the region of a request in context variables.
    run = contextvars.copy_context().run
    thread = threading.Thread(target=run, args=(_guarded, environment, work), daemon=True)
    thread.start()
    return thread


def _guarded(environment: Environment, work: Callable[[], None]) -> None:
    """Whoever waits for the environment must not wait for ever, even if the local AWS itself is at fault."""
    try:
        work()
    except Exception:
        logger.exception("The local AWS failed to bring %s to an end", environment.name)
        environment.set_health("Red", "Severe", "The local AWS itself failed; see cloud.log.")
        environment.status = "Ready"
