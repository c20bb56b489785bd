"""What checkov is shown of a template."""

from __future__ import annotations

from checks.templates import examined, transformed

FUNCTION = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Web:
    Type: AWS::Serverless::Function
    Condition: Never
    Properties: {Handler: app.handler, Runtime: python3.13, CodeUri: functions/web, FunctionUrlConfig: {AuthType: NONE}}
Conditions: {Never: !Equals [a, b]}
"""


def test_what_sam_makes_of_a_function_is_examined() -> None:
    """Its role, its address and the right to call it are resources only after the transform."""
    kinds = {each["Type"] for each in transformed(FUNCTION)["Resources"].values()}
    assert {"AWS::Lambda::Function", "AWS::IAM::Role", "AWS::Lambda::Url", "AWS::Lambda::Permission"} <= kinds


def test_a_resource_with_a_condition_is_examined() -> None:
    """Checkov leaves out what the defaults of the parameters leave out."""
    assert all("Condition" not in each for each in examined(transformed(FUNCTION))["Resources"].values())


def test_an_exception_holds_for_its_resource_or_for_the_whole_template() -> None:
    """And for no other resource."""
    one, all_of_them = {"id": "ONE", "comment": "of it"}, {"id": "ALL", "comment": "of all"}
    metadata = {"checkov": {"skip": [all_of_them]}}
    resources = {"A": {"Type": "X", "Metadata": {"checkov": {"skip": [one]}}}, "B": {"Type": "X"}}
    found = examined({"Metadata": metadata, "Resources": resources})["Resources"]
    skipped = {name: each["Metadata"]["checkov"]["skip"] for name, each in found.items()}
    assert skipped == {"A": [all_of_them, one], "B": [all_of_them]}
