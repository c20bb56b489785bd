"""The doctor finds what an organisation takes from the roles of a stack."""

from __future__ import annotations

from typing import Any

from slipway.cli.doctor import permissions


class Refused:
    """A role's policies, and an organisation that denies one of its actions."""

    def get_role(self, **_: str) -> dict[str, Any]:
        return {"Role": {"Arn": "arn:aws:iam::1:role/sweep"}}

    def list_role_policies(self, **_: str) -> dict[str, Any]:
        return {"PolicyNames": ["one"]}

    def get_role_policy(self, **_: str) -> dict[str, Any]:
        statement = {"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "arn:aws:s3:::b/*"}
        return {"PolicyDocument": {"Statement": [statement]}}

    def simulate_principal_policy(self, **asked: Any) -> dict[str, Any]:
        denied = {"s3:PutObject": "explicitDeny"}
        results = [
            {"EvalActionName": name, "EvalDecision": denied.get(name, "allowed")} for name in asked["ActionNames"]
        ]
        return {"EvaluationResults": results}


def test_what_an_organisation_denies_is_named() -> None:
    """The role's own statements allow it."""
    assert list(permissions._denied_of_role(Refused(), "sweep")) == ["s3:PutObject"]
