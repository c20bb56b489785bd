"""Which AWS services a role trusts."""

import json
from typing import Any

from ministack.core import iam_evaluator

from standins.aws import registry


def trusts(role: dict[str, Any], service_principal: str) -> bool:
    """Return whether the trust policy of a role lets an AWS service assume it."""
    document = role["AssumeRolePolicyDocument"]
    statements = (json.loads(document) if isinstance(document, str) else document)["Statement"]
    context = iam_evaluator.EvalContext(
        principal_arn=service_principal,
        principal_type="Service",
        principal_account=registry.account(),
        action="sts:AssumeRole",
        resource_arn=role["Arn"],
        region=registry.region(),
        # What AWS tells a trust policy: for whom it asks, and as Beanstalk does, an external id.
        service_context={
            "aws:sourceaccount": registry.account(),
            "sts:externalid": service_principal.partition(".")[0],
        },
    )
    effects = {
        statement["Effect"]
        for statement in ([statements] if isinstance(statements, dict) else statements)
        if "sts:AssumeRole" in _listed(statement.get("Action"))
        and service_principal in _services(statement.get("Principal"))
        and iam_evaluator._conditions_met(statement.get("Condition", {}), context)
    }
    return effects == {"Allow"}


def _services(principal: Any) -> list[str]:
    return _listed(principal.get("Service")) if isinstance(principal, dict) else []


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value or [])
