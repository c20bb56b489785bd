"""Service roles: what our services do for a user, they do over HTTP with the role's own temporary credentials."""

# MiniStack is pinned, and has no public door for what is done here.

import json
import os
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import Any, Self

import botocore.session
from botocore.config import Config
from ministack.services import iam, sts

from standins.aws import iam as iam_rules
from standins.aws import registry, trust
from standins.aws.wire import AwsError

CREDENTIALS_LAST = 3600
HTTP = Config(connect_timeout=5, read_timeout=60, retries={"total_max_attempts": 2})


@dataclass(frozen=True)
class RoleSession:
    """Temporary credentials of a role, valid for an hour, and clients that use them against the gateway."""

    access_key_id: str
    secret_access_key: str
    session_token: str

    def client(self, service: str) -> Any:
        """Create a client for a service; every call is checked against the role's policies."""
        with _making:
            return _known().create_client(
                service,
                region_name=registry.region(),
                endpoint_url=gateway(),
                config=HTTP,
                aws_access_key_id=self.access_key_id,
                aws_secret_access_key=self.secret_access_key,
                aws_session_token=self.session_token,
            )

    def assume(self, role_arn: str, session_name: str) -> Self:
        """Assume another role; ClientError AccessDenied unless this one may and the other trusts it."""
        issued = self.client("sts").assume_role(RoleArn=role_arn, RoleSessionName=session_name)["Credentials"]
        return type(self)(issued["AccessKeyId"], issued["SecretAccessKey"], issued["SessionToken"])

    def environment(self) -> dict[str, str]:
        """Give the credentials the way a program started on the role's behalf expects them."""
        return {
            "AWS_ACCESS_KEY_ID": self.access_key_id,
            "AWS_SECRET_ACCESS_KEY": self.secret_access_key,
            "AWS_SESSION_TOKEN": self.session_token,
            "AWS_ENDPOINT_URL": gateway(),
        }


_making = Lock()  # botocore's sessions are not made for threads


@cache
def _known() -> Any:
    """One session for all roles: what it reads of a service's description takes longer than most calls."""
    return botocore.session.get_session()


def gateway() -> str:
    """The address of the local AWS."""
    return f"http://127.0.0.1:{os.environ.get('GATEWAY_PORT', '4566')}"


def session(
    role_arn: str, service_principal: str, session_name: str, policy: Mapping[str, Any] | None = None
) -> RoleSession:
    """Assume a role as an AWS service does; AccessDenied unless it exists and trusts the service principal.

    A session `policy` narrows what the credentials may do to what both it and the role allow.
    """
    role = _role(role_arn)
    if not trust.trusts(role, service_principal):
        raise AwsError("AccessDeniedException", f"{service_principal} is not authorized to assume role {role_arn}", 403)
    issued = RoleSession(f"ASIA{secrets.token_hex(8).upper()}", secrets.token_hex(20), secrets.token_hex(32))
    sts.register_session(
        issued.access_key_id,
        {
            "Arn": _assumed(role, session_name),
            "UserId": f"{role['RoleId']}:{session_name}",
            "SecretAccessKey": issued.secret_access_key,
            "SessionToken": issued.session_token,
            "Expiration": time.time() + CREDENTIALS_LAST,
            "AccountId": registry.account(),
            "PrincipalType": "AssumedRole",
            "SessionPolicies": {"Policy": json.dumps(policy)} if policy else None,
        },
    )
    return issued


def require(role_arn: str, action: str, resource: str) -> None:
    """Refuse with AccessDenied unless the role's policies allow an action that no local API call exercises."""
    role = _role(role_arn)
    if not iam_rules.allows(role["RoleName"], _assumed(role, "service"), action, resource, {}):
        raise AwsError(
            "AccessDeniedException",
            f"{role_arn} is not authorized to perform: {action} on resource: {resource}",
            403,
        )


def _role(role_arn: str) -> dict[str, Any]:
    role = iam._roles.get_scoped(registry.account(), None, role_arn.rpartition("/")[2])
    if role is None or role["Arn"] != role_arn:
        raise AwsError("AccessDeniedException", f"Role {role_arn} does not exist", 403)
    return dict(role)


def _assumed(role: dict[str, Any], session_name: str) -> str:
    return f"arn:aws:sts::{registry.account()}:assumed-role/{role['RoleName']}/{session_name[:64]}"
