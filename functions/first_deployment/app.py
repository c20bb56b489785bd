"""What templates cannot say, as custom resources: the platform, what environments are born with, and a listener's ARN.

A changed platform would make CloudFormation replace the environments; managed updates move them on instead. A changed
version label would make it deploy that version over the live one. Both are decided at the first deployment for good.
"""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from slipway.adapters import cloudformation
from slipway.adapters.beanstalk import BeanstalkEnvironments, docker_platforms, of_own_stack
from slipway.adapters.load_balancers import plain_listener

logger = Logger()


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Decide for a custom resource's request, and send CloudFormation the result, or the failure.

    It is answered in every case: a stack waits for a resource that does not respond.
    """
    decided, failure = event.get("PhysicalResourceId", ""), ""
    try:
        decided = decision_for(event)
        logger.info("decided", extra={"request": event["RequestType"], "decision": decided})
    except Exception as error:
        logger.exception("first_deployment failed")
        failure = f"{event['LogicalResourceId']} could not be decided: {error}"
    cloudformation.respond(event["ResponseURL"], cloudformation.response_to(event, decided or "none", failure))


def decision_for(event: dict[str, Any]) -> str:
    """Return the platform, or the version label, that a request asks for: what was decided before, if anything.

    Only an operator who names another platform changes it. A listener is looked up each time.
    """
    known, properties = event.get("PhysicalResourceId", ""), event["ResourceProperties"]
    if event["RequestType"] == "Delete":
        return str(known)
    if event["ResourceType"] == "Custom::PlainListener":
        return plain_listener(str(properties["Address"]))
    if event["ResourceType"] == "Custom::FirstVersion":
        # A stack of before has environments that run something already.
        targets = of_own_stack(str(properties["Application"]))
        running = "" if known else BeanstalkEnvironments(targets).running(properties["Target"])
        return str(known or running or properties["Label"])
    return str(properties.get("Wanted") or known or newest())


def newest() -> str:
    """Return the newest Docker platform, or raise LookupError."""
    if offered := docker_platforms():
        return offered[0]
    raise LookupError("Elastic Beanstalk offers no Docker platform on Amazon Linux 2023 in this region.")
