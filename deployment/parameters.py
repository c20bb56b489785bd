"""The template's parameters: what each is for, what is taken for it, and in which group it is asked."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import yaml

TEMPLATE = Path(__file__).resolve().parent.parent / "template.yaml"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter as the template declares it; `default` is None where the template has none."""

    name: str
    description: str
    default: str | None
    pattern: str
    constraint: str
    values: tuple[str, ...]
    least: float | None
    most: float | None

    @classmethod
    def read(cls, name: str, declared: dict[str, Any]) -> Self:
        """Read a declaration."""
        default = declared.get("Default")
        return cls(
            name,
            declared.get("Description", ""),
            None if default is None else str(default),
            declared.get("AllowedPattern", ""),
            declared.get("ConstraintDescription", ""),
            tuple(str(value) for value in declared.get("AllowedValues", ())),
            _bound(declared, "MinValue", -float("inf")),
            _bound(declared, "MaxValue", float("inf")),
        )

    def trouble(self, answer: str) -> str:
        """Return why CloudFormation would not take an answer; empty if it would."""
        if self.values and answer not in self.values:
            return f"must be {' or '.join(self.values)}"
        if self.least is not None and self.most is not None:
            return self._out_of_bounds(answer)
        if self.default is None and not answer:
            return self.constraint or "must not be empty"
        if self.pattern and not re.search(self.pattern, answer):
            return self.constraint or f"must match {self.pattern}"
        return ""

    def _out_of_bounds(self, answer: str) -> str:
        try:
            number = float(answer)
        except ValueError:
            return "must be a number"
        if self.least is not None and number < self.least:
            return f"must be at least {self.least:g}"
        if self.most is not None and number > self.most:
            return f"must be at most {self.most:g}"
        return ""


@dataclass(frozen=True, slots=True)
class Questions:
    """All parameters: those that everybody is asked for, the others by the label of their group, and their rules."""

    first: list[Parameter]
    groups: dict[str, list[Parameter]]
    rules: dict[str, Any]

    def __iter__(self) -> Iterator[Parameter]:
        """Return all of them."""
        yield from self.first
        for group in self.groups.values():
            yield from group


def read(template: Path = TEMPLATE) -> Questions:
    """Read the parameters of a template."""
    content = yaml.load(template.read_text(), _Loader)  # noqa: S506 - a SafeLoader, see below
    known = {name: Parameter.read(name, declared) for name, declared in content["Parameters"].items()}
    metadata = content["Metadata"]
    first = metadata["Slipway::AskedFirst"]
    groups = {
        group["Label"]["default"]: [known[name] for name in group["Parameters"] if name not in first]
        for group in metadata["AWS::CloudFormation::Interface"]["ParameterGroups"]
    }
    some = {label: group for label, group in groups.items() if group}
    return Questions([known[name] for name in first], some, content["Rules"])


def _bound(declared: dict[str, Any], name: str, otherwise: float) -> float | None:
    return float(declared.get(name, otherwise)) if declared["Type"] == "Number" else None


class _Loader(yaml.SafeLoader):
    """Reads a template; a function of CloudFormation's is its name with its arguments."""


def _function(loader: yaml.SafeLoader, name: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    if isinstance(node, yaml.MappingNode):
        return {name: loader.construct_mapping(node, deep=True)}
    return {name: str(node.value)}


_Loader.add_multi_constructor("!", _function)
