"""The roles of a stack as they are deployed, kept in a file: a run is looked at when its stack is gone."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from standins.permissions.policies import Documents, documents

FILE = "roles.json"
# CloudFormation names a role after its stack and its logical id, and adds something random.
_ROLE = re.compile(r"-(\w+)Role-\w+$")


@dataclass(frozen=True)
class Snapshot:
    """Policies by the roles' names, and by environments of Beanstalk what fills the table of a deployment's calls."""

    region: str
    roles: dict[str, Documents]
    environments: dict[str, dict[str, str]]

    @classmethod
    def take(cls, session: Any, stack: str) -> "Snapshot":
        """Read the roles of a stack, those of its nested stacks among them; `session` is boto3's."""
        iam, beanstalk = session.client("iam"), session.client("elasticbeanstalk")
        found = [one["EnvironmentName"] for one in beanstalk.describe_environments()["Environments"]]
        ours = [name for name in found if name.startswith(f"{stack}-")]
        return cls(
            session.region_name,
            {role: documents(iam, role) for role in _roles(iam, stack)},
            {name: deployed_names(session, name) for name in ours},
        )

    @classmethod
    def read(cls, folder: Path) -> "Snapshot":
        """Read what was kept in a folder."""
        return cls(**json.loads((folder / FILE).read_text()))

    def write(self, folder: Path) -> None:
        """Keep it in a folder."""
        (folder / FILE).write_text(json.dumps(asdict(self), indent=1))


def logical_id(role: str) -> str:
    """Return the name that a template gives a role, without the word Role at its end; empty if it is of no template."""
    found = _ROLE.search(role)
    return found[1] if found else ""


def deployed_names(session: Any, environment: str) -> dict[str, str]:
    """Read what fills the resources of a deployment's calls from an environment; `session` is boto3's."""
    beanstalk = session.client("elasticbeanstalk")
    found = beanstalk.describe_environments(EnvironmentNames=[environment])["Environments"][0]
    place = {"ApplicationName": found["ApplicationName"], "EnvironmentName": environment}
    settings = beanstalk.describe_configuration_settings(**place)["ConfigurationSettings"][0]["OptionSettings"]
    options = {setting["OptionName"]: setting.get("Value", "") for setting in settings}
    account = found["EnvironmentArn"].split(":")[4]
    profile = options["IamInstanceProfile"].rpartition("/")[2]
    held = session.client("iam").get_instance_profile(InstanceProfileName=profile)["InstanceProfile"]["Roles"]
    return {
        "region": session.region_name,
        "account": account,
        "id": found["EnvironmentId"],
        "name": environment,
        "application": found["ApplicationName"],
        "version": "version",
        "bundle": f"elasticbeanstalk-{session.region_name}-{account}/version.zip",
        "service_role": _role_arn(options, account),
        "instance_role": held[0]["Arn"],
    }


def _role_arn(options: Mapping[str, str], account: str) -> str:
    role = options["ServiceRole"]
    return role if role.startswith("arn:") else f"arn:aws:iam::{account}:role/{role}"


def _roles(iam: Any, stack: str) -> Iterator[str]:
    for page in iam.get_paginator("list_roles").paginate():
        for role in (each["RoleName"] for each in page["Roles"]):
            if role.startswith(f"{stack}-") and logical_id(role):
                yield role
