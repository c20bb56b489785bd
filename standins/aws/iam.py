"""IAM where MiniStack differs from AWS, and a log of every request that a role makes: what was asked and decided."""

import json
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import Any

from ministack.core import iam_evaluator
from ministack.services import iam as iam_service

from standins.aws import registry, usage
from standins.folders import folders

_evaluate = iam_evaluator.evaluate
_resolve_condition_key = iam_evaluator._resolve_condition_key
_noted: set[str] = set()
_lock = Lock()


def install() -> None:
    """Log requests of roles and what was decided in logs/iam.jsonl, and let aws:PrincipalArn be a role's own ARN."""
    iam_evaluator.evaluate = _evaluate_and_note
    iam_evaluator._resolve_condition_key = _condition_key


def role_name(principal: str) -> str:
    """Return the name of the role whose session a principal is; empty if it is none."""
    kind, *names = principal.rpartition(":")[2].split("/")
    return names[0] if kind == "assumed-role" else ""


def allows(role: str, principal: str, action: str, resource: str, context: Mapping[str, str]) -> bool:
    """Return whether the policies of the role named `role` allow its session `principal` an action.

    `context` holds the request's condition keys in lower case.
    """
    owner = registry.account()
    asked = iam_evaluator.EvalContext(
        principal_arn=principal,
        principal_type="AssumedRole",
        principal_account=owner,
        action=action,
        resource_arn=resource,
        region=registry.region(),
        service_context=dict(context),
    )
    policies = iam_evaluator._gather_role_policies(role, owner)
    limits = iam_evaluator._permissions_boundary(iam_service._roles, role, owner)
    return bool(iam_evaluator.evaluate(asked, policies, *limits).decision == "Allow")


def _evaluate_and_note(context: Any, policies: Any, *limits: Any) -> Any:
    result = _evaluate(context, policies, *limits)
    if role := role_name(context.principal_arn):
        usage.note("call", role=role, action=context.action, resource=context.resource_arn)
        decision = {
            "role": role,
            "action": context.action,
            "resource": context.resource_arn,
            "context": {key: value for key, value in sorted(context.service_context.items()) if value is not None},
            "decision": result.decision,
            "sid": result.matched_sid,
        }
        _note(json.dumps(decision, default=str), folders().logs / "iam.jsonl")
    return result


def _note(line: str, log: Path) -> None:
    with _lock:
        if line not in _noted:
            _noted.add(line)
            log.parent.mkdir(parents=True, exist_ok=True)
            with log.open("a", encoding="utf-8") as file:
                file.write(line + "\n")


def _condition_key(key: str, context: Any) -> Any:
    """Resolve a condition key; a role's session has the ARN of the role, not of the session, as aws:PrincipalArn."""
    if key.lower() == "aws:principalarn" and (role := role_name(context.principal_arn)):
        return f"arn:aws:iam::{context.principal_account}:role/{role}"
    return _resolve_condition_key(key, context)
