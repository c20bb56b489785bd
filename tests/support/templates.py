"""The templates as tests read them: their resources, functions and statements."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cfnlint.decode import cfn_yaml

ROOT = Path(__file__).parent.parent.parent


def resources(template: str, kind: str) -> dict[str, Any]:
    content = cfn_yaml.load(str(ROOT / template))
    return {name: one["Properties"] for name, one in content["Resources"].items() if one["Type"] == kind}


def text(name: str) -> str:
    """Return a file's content."""
    return (ROOT / name).read_text()


def statements(node: Any) -> Iterator[dict[str, Any]]:
    """Find every policy statement, wherever it lies."""
    if isinstance(node, dict):
        if "Effect" in node and ("Action" in node or "NotAction" in node):
            yield node
        for value in node.values():
            yield from statements(value)
    elif isinstance(node, list):
        for value in node:
            yield from statements(value)


def actions(statement: dict[str, Any]) -> list[str]:
    action = statement.get("Action", [])  # what a statement denies by NotAction, it allows nobody
    return [action] if isinstance(action, str) else list(action)


def stage_actions(name: str) -> Any:
    (found,) = [one["Actions"] for one in PIPELINE["Pipeline"]["Properties"]["Stages"] if one["Name"] == name]
    return found


def chosen(node: Any, condition: str, holds: bool) -> Any:
    """Return what a node of a template is where a condition holds, or does not."""
    if isinstance(node, dict) and set(node) == {"Fn::If"} and node["Fn::If"][0] == condition:
        return chosen(node["Fn::If"][1 if holds else 2], condition, holds)
    if isinstance(node, dict):
        return {name: chosen(value, condition, holds) for name, value in node.items()}
    if isinstance(node, list):
        found = [chosen(value, condition, holds) for value in node]
        return [value for value in found if value != {"Ref": "AWS::NoValue"}]
    return node


FUNCTIONS = resources("template.yaml", "AWS::Serverless::Function")
ALLOWED = [
    statement
    for template in ("template.yaml", "pipeline/template.yaml")
    for statement in statements(cfn_yaml.load(str(ROOT / template)))
    if statement["Effect"] == "Allow"
]
PIPELINE = cfn_yaml.load(str(ROOT / "pipeline" / "template.yaml"))["Resources"]
ROOT_TEMPLATE = cfn_yaml.load(str(ROOT / "template.yaml"))["Resources"]
