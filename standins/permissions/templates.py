"""The statements of the roles that templates make, whatever the conditions are under which a stack has them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml


class _Loader(yaml.SafeLoader):
    """Reads the short forms of CloudFormation's functions as what they are given."""


def _argument(loader: yaml.SafeLoader, _suffix: str, node: yaml.Node) -> Any:
    match node:
        case yaml.MappingNode():
            return loader.construct_mapping(node, deep=True)
        case yaml.SequenceNode():
            return loader.construct_sequence(node, deep=True)
    return loader.construct_scalar(node)  # type: ignore[arg-type]


_Loader.add_multi_constructor("!", _argument)


def statements(template: Path) -> Iterator[tuple[str, str]]:
    """List the logical id of a role (without the word Role) and the Sid of each of its statements that allow."""
    resources = yaml.load(template.read_text(), _Loader)["Resources"]  # noqa: S506  it is a SafeLoader
    for name, resource in resources.items():
        properties = resource.get("Properties", {})
        match resource["Type"]:
            case "AWS::Serverless::Function" | "AWS::IAM::Role":
                yield from ((name.removesuffix("Role"), sid) for sid in _sids(properties.get("Policies", [])))
            case "AWS::IAM::Policy":
                for role in properties["Roles"]:
                    yield from ((role.removesuffix("Role"), sid) for sid in _sids(properties["PolicyDocument"]))


def _sids(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if "Sid" in node and node.get("Effect") != "Deny":
            yield node["Sid"]
        node = list(node.values())
    if isinstance(node, list):
        for each in node:
            yield from _sids(each)
