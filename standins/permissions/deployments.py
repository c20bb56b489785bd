"""What a deployment to Elastic Beanstalk fails with when its caller lacks one permission."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from standins.aws.elasticbeanstalk.caller_calls import POLICIES, Call, Deployment, calls
from standins.permissions.policies import Permission, documents, permissions, without
from standins.permissions.requests import Policies, Request

DEPLOYMENTS = [Deployment(policy, balanced, streaming=True) for policy in POLICIES for balanced in (False, True)]


@dataclass(frozen=True)
class Finding:
    """What a deployment with this policy fails with; nothing if no deployment needs the permission."""

    permission: Permission
    policy: str = ""
    call: Call | None = None

    def __str__(self) -> str:
        removed = f"{self.permission.sid:24} {self.permission.action:48}"
        if self.call is None:
            return f"{removed} no deployment of Elastic Beanstalk"
        where = "UpdateEnvironment" if self.call.at_request else "the deployment"
        return f"{removed} {where} ({self.policy}): {self.call.action} on {self.call.resource}, see {self.call.source}"


def names(session: Any, environment: str) -> dict[str, str]:
    """Read what fills the table's resources from an environment and its settings; `session` is boto3's."""
    beanstalk = session.client("elasticbeanstalk")
    found = beanstalk.describe_environments(EnvironmentNames=[environment])["Environments"][0]
    place = {"ApplicationName": found["ApplicationName"], "EnvironmentName": environment}
    settings = beanstalk.describe_configuration_settings(**place)["ConfigurationSettings"][0]["OptionSettings"]
    options = {setting["OptionName"]: setting.get("Value", "") for setting in settings}
    account = found["EnvironmentArn"].split(":")[4]
    service, profile = options["ServiceRole"], options["IamInstanceProfile"].rpartition("/")[2]
    held = session.client("iam").get_instance_profile(InstanceProfileName=profile)["InstanceProfile"]["Roles"]
    return {
        "region": session.region_name,
        "account": account,
        "id": found["EnvironmentId"],
        "name": environment,
        "application": found["ApplicationName"],
        "version": "version",
        "bundle": f"elasticbeanstalk-{session.region_name}-{account}/version.zip",
        "service_role": service if service.startswith("arn:") else f"arn:aws:iam::{account}:role/{service}",
        "instance_role": held[0]["Arn"],
    }


def denied(policies: list[dict[str, Any]], filled: Mapping[str, str]) -> tuple[str, Call] | None:
    """Return the first call that policies deny, with the deployment policy that makes it; None if they deny none."""
    held = Policies(policies, filled["region"], filled["account"])
    for deployment in DEPLOYMENTS:
        for call in calls(deployment, filled):
            if not held.allow(Request(call.action, call.resource, call.context)):
                return deployment.policy, call
    return None


def findings(iam: Any, role: str, filled: Mapping[str, str]) -> Iterator[Finding]:
    """Remove each permission of a role in turn, and say what fails."""
    held = documents(iam, role)
    if missing := denied(list(held.values()), filled):
        yield Finding(Permission(role, "", 0, "", "nothing removed"), *missing)
        return
    for permission in permissions(role, held):
        failed = denied(without(held, permission), filled)
        yield Finding(permission, *failed) if failed else Finding(permission)
