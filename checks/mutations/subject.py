"""What mistakes are made in: copies of the templates and files, and what a sound account answers."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from cfnlint.decode import cfn_yaml

from checks.templates import ROOT, TEMPLATES, Template

FIRST_VERSION = ROOT / "pipeline" / "first_version"
ACCOUNT: dict[str, Any] = {  # operation: answer
    "describe_vpcs": {"Vpcs": [{"VpcId": "vpc-1"}]},
    "describe_subnets": {
        "Subnets": [{"AvailabilityZone": f"eu-central-1{zone}", "MapPublicIpOnLaunch": True} for zone in "ab"]
    },
    "list_available_solution_stacks": {"SolutionStacks": ["64bit Amazon Linux 2023 v4.11.0 running Docker"]},
    "list_service_quotas": {
        "Quotas": [{"QuotaName": "Concurrently running builds for Linux/Small environment", "Value": 1.0}]
    },
    "get_connection": {"Connection": {"ConnectionName": "git", "ConnectionStatus": "AVAILABLE"}},
}


@dataclass
class Subject:
    """Everything that a mistake may change; `chosen` is the platform that a deployment names."""

    templates: dict[str, Template]
    texts: dict[str, str] = field(default_factory=dict)
    bundle: dict[str, bytes] = field(default_factory=dict)
    account: dict[str, Any] = field(default_factory=lambda: deepcopy(ACCOUNT))
    chosen: str = ""

    @property
    def main(self) -> Any:
        """The template that is deployed."""
        return self.templates["template.yaml"]["Resources"]

    @property
    def pipeline(self) -> Any:
        """The template nested in it."""
        return self.templates["pipeline/template.yaml"]["Resources"]

    def action(self, stage: str, name: str) -> Any:
        """Return an action of the pipeline."""
        stages = self.pipeline["Pipeline"]["Properties"]["Stages"]
        (found,) = [one for each in stages if each["Name"] == stage for one in each["Actions"] if one["Name"] == name]
        return found

    def statement(self, policy: Template, sid: str) -> Template:
        """Return a statement by its Sid, wherever it lies in a resource."""
        return next(one for one in _statements(policy) if one.get("Sid") == sid)

    def load(self, path: str) -> Template:
        """Return a template as `cfn_yaml.load` would; the copy is the caller's."""
        return deepcopy(self.templates[str(Path(path).relative_to(ROOT))])

    def text(self, name: str) -> str:
        """Return a file's content."""
        return self.texts.get(name) or (ROOT / name).read_text()


def sound() -> Subject:
    """Return everything as it is, to be changed."""
    bundle = {each.name: each.read_bytes() for each in FIRST_VERSION.iterdir() if each.is_file()}
    return Subject({name: deepcopy(_template(name)) for name in TEMPLATES}, bundle=bundle)


@cache
def _template(name: str) -> Template:
    template: Template = cfn_yaml.load(str(ROOT / name))
    return template


def _statements(node: Any) -> Any:
    if isinstance(node, dict) and "Effect" in node:
        yield node
    for value in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _statements(value)
