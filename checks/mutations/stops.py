"""The checks that stop mistakes: each returns what it says of a subject, or None if it is content."""

from __future__ import annotations

import importlib.util
import io
import json
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from types import ModuleType, SimpleNamespace
from typing import Any
from unittest.mock import patch

import cfnlint.api
from _pytest.mark.structures import ParameterSet  # what pytest.param makes
from cfnlint.decode import cfn_yaml

from checks.mutations.subject import Subject
from checks.templates import REGIONS, ROOT
from slipway.cli.doctor import account
from slipway.cli.doctor.finding import Level
from standins.aws.codepipeline import cloudformation, definition, structure
from standins.aws.elasticbeanstalk.bundle import Bundle
from standins.aws.elasticbeanstalk.compose import BundleError
from standins.aws.wire import AwsError

TESTS = "tests/templates"
SHARED = "tests.support.templates"  # reads the templates when it is imported


@dataclass(frozen=True)
class Stop:
    """A check and its name, as the table prints it."""

    name: str
    says: Callable[[Subject], str | None]


def test(name: str) -> Stop:
    """Return a test of the templates, run on the subject's."""
    return Stop(name, lambda subject: _test(subject, name))


def cfn_lint(rule: str, template: str) -> Stop:
    """Return a rule of cfn-lint."""
    return Stop(f"cfn-lint {rule}", lambda subject: _linted(json.dumps(subject.templates[template])).get(rule))


def doctor(check: Callable[..., Iterator[Any]], *arguments: str) -> Stop:
    """Return one of the doctor's looks at an account."""
    return Stop(f"slipway doctor: {check.__name__}", lambda subject: _problem(check, subject, arguments))


def _test(subject: Subject, name: str) -> str | None:
    """Return the first line of what a test promises, if it fails on the subject's templates."""
    with patch.object(cfn_yaml, "load", subject.load), patch.dict(sys.modules):
        sys.modules.pop(SHARED, None)
        importlib.import_module(SHARED).text = subject.text  # type: ignore[attr-defined]
        test = getattr(_module_of(name), name)
        for arguments in _cases(test):
            try:
                test(**arguments)
            except (AssertionError, LookupError, ValueError):
                return str(test.__doc__).partition("\n")[0]
    return None


def _module_of(name: str) -> ModuleType:
    """Return the module of the test with a name, imported anew."""
    (path,) = [path for path in (ROOT / TESTS).glob("test_*.py") if f"def {name}(" in path.read_text()]
    spec = importlib.util.spec_from_file_location("mutated_templates", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _cases(test: Callable[..., None]) -> Iterator[dict[str, Any]]:
    """Return the arguments of each of a test's cases."""
    marks = [mark for mark in getattr(test, "pytestmark", []) if mark.name == "parametrize"]
    if not marks:
        yield {}
        return
    names, values = marks[0].args[:2]
    names = [one.strip() for one in names.split(",")] if isinstance(names, str) else list(names)
    for case in values:
        given = case.values if isinstance(case, ParameterSet) else case if len(names) > 1 else (case,)
        yield dict(zip(names, given, strict=True))


@cache
def _linted(template: str) -> dict[str, str]:
    matches = cfnlint.api.lint(template, regions=[REGIONS[0]])
    return {match.rule.id: str(match.message) for match in matches}


def _pipeline(subject: Subject) -> str | None:
    declared = cloudformation.declaration(_resolved(subject.pipeline["Pipeline"]["Properties"]), "slipway")
    try:
        structure.check(definition.read(declared, 1, REGIONS[0]))
    except AwsError as error:
        return str(error)
    return None


def _resolved(node: Any) -> Any:
    """Put words in place of CloudFormation's functions."""
    if isinstance(node, list):
        return [_resolved(one) for one in node]
    if not isinstance(node, dict):
        return node
    if len(node) == 1 and next(iter(node)) in ("Ref", "Fn::GetAtt", "Fn::Sub"):
        return "60" if node == {"Ref": "ApprovalTimeoutMinutes"} else str(next(iter(node.values())))
    return {str(key): _resolved(value) for key, value in node.items()}


def _bundle(subject: Subject) -> str | None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, data in subject.bundle.items():
            archive.writestr(name, data)
    try:
        Bundle.read(content.getvalue())
    except BundleError as error:
        return str(error)
    return None


def _problem(check: Callable[..., Iterator[Any]], subject: Subject, arguments: tuple[str, ...]) -> str | None:
    found = check(_session(subject), *arguments, *([subject.chosen] if check is account.platform else []))
    return next((each.sentence for each in found if each.level is Level.PROBLEM), None)


def _session(subject: Subject) -> Any:
    """Return what the doctor asks, with the subject's account behind it."""
    calls = {name: partial(_answer, answer) for name, answer in subject.account.items()}
    pages = {name: SimpleNamespace(paginate=partial(_answer, [answer])) for name, answer in subject.account.items()}
    client = SimpleNamespace(**calls, get_paginator=pages.__getitem__)
    return SimpleNamespace(client=partial(_answer, client), region_name=REGIONS[0])


def _answer(answer: Any, *_: object, **__: object) -> Any:
    return answer


PIPELINE = Stop("the local CodePipeline, at deployment", _pipeline)
BUNDLE = Stop("the local Beanstalk, at deployment", _bundle)
