"""CodeConnections: connections that CloudFormation makes, and that wait until somebody authorises them.

On AWS only the console does that; here `python -m standins connections` does. An ARN that nobody made here is taken for
a connection that was authorised long ago.
"""

import uuid
from typing import Any

from standins.aws import registry
from standins.aws.registry import Provisioner
from standins.aws.wire import AwsError, Operation, Request, Service
from standins.connections import keep, made

PROVIDERS = ("Bitbucket", "GitHub", "GitHubEnterpriseServer", "GitLab", "GitLabSelfManaged")
LONGEST = 32


def register() -> None:
    """Answer for CodeConnections, and create its resource for CloudFormation."""
    operations: dict[str, Operation] = {"GetConnection": get_connection}
    types: dict[str, Provisioner] = {"AWS::CodeConnections::Connection": {"create": create, "delete": delete}}
    registry.register(Service("codeconnections", operations), _iam_resource, types)


def create(logical_id: str, properties: dict[str, Any], _stack_name: str) -> tuple[str, dict[str, str]]:
    """AWS::CodeConnections::Connection; its Ref is its ARN, and it is PENDING."""
    name, provider = properties.get("ConnectionName", logical_id), properties.get("ProviderType", "")
    if not 1 <= len(name) <= LONGEST or provider not in PROVIDERS:
        raise ValueError(f"Invalid request: ConnectionName {name!r}, ProviderType {provider!r}.")
    if any(name == other["ConnectionName"] for other in made().values()):
        raise ValueError(f"A connection with the name {name} already exists.")
    arn = registry.arn("codeconnections", f"connection/{uuid.uuid4()}")
    attributes = {"ConnectionArn": arn, "ConnectionStatus": "PENDING", "OwnerAccountId": registry.account()}
    keep(made() | {arn: attributes | {"ConnectionName": name, "ProviderType": provider}})
    return arn, attributes


def delete(arn: str, _: dict[str, Any]) -> None:
    """Forget a connection."""
    keep({key: value for key, value in made().items() if key != arn})


def get_connection(request: Request) -> dict[str, Any]:
    """Describe a connection that was made here."""
    if found := made().get(request["ConnectionArn"]):
        return {"Connection": found}
    raise AwsError("ResourceNotFoundException", f"{request['ConnectionArn']} not found")


def _iam_resource(_operation: str, request: Request) -> str:
    return str(request.get("ConnectionArn", "*"))
