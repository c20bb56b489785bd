"""The stack of the pipeline alone, deployed from its template to the local AWS."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cfnlint.decode import cfn_yaml

from tests.support.paths import ROOT

FIRST_VERSION = ROOT / "pipeline" / "first_version"
# Values for the parameters whose form matters; the others have the stack's default, or get any.
PARAMETERS = {
    "Approvals": "arn:aws:sns:us-east-1:000000000000:nobody",
    "ConnectionArn": "arn:aws:codeconnections:us-east-1:000000000000:connection/00000000-0000-0000-0000-000000000000",
    "Repository": "somebody/service",
    "SolutionStackName": "64bit Amazon Linux 2023 v4.11.0 running Docker",
    "RequireTls": "false",
    "LogRetentionDays": "7",
    "ApprovalTimeoutMinutes": "60",
}


@contextmanager
def pipeline_stack(cloud: Any, name: str, folder: Path, **parameters: str) -> Iterator[list[dict[str, Any]]]:
    """Create the stack and delete it in the end; gives its resources, or raises WaiterError."""
    cloudformation = cloud.client("cloudformation")
    stack, content = (cfn_yaml.load(str(ROOT / one)) for one in ("template.yaml", "pipeline/template.yaml"))
    _born_without_a_function(cloud, name, content["Resources"], folder)
    known = {"PipelineName": name, "SmokeTestRole": f"{name}-smoke-test"} | PARAMETERS | parameters
    defaults = {key: one.get("Default", "1") for key, one in stack["Parameters"].items()} | known
    given = [{"ParameterKey": key, "ParameterValue": str(defaults.get(key, "1"))} for key in content["Parameters"]]
    cloud.role(known["SmokeTestRole"], {"Service": "lambda.amazonaws.com"})
    template, able = json.dumps(content, default=str), ["CAPABILITY_IAM"]
    cloudformation.create_stack(StackName=name, TemplateBody=template, Parameters=given, Capabilities=able)
    try:
        cloudformation.get_waiter("stack_create_complete").wait(
            StackName=name, WaiterConfig={"Delay": 0.5, "MaxAttempts": 120}
        )
        yield cloudformation.describe_stack_resources(StackName=name)["StackResources"]
    finally:
        cloudformation.delete_stack(StackName=name)


def _born_without_a_function(cloud: Any, name: str, resources: dict[str, Any], folder: Path) -> None:
    """Upload the first version as `sam deploy` does, and name it where a function of the other template would."""
    s3, bundle = cloud.client("s3"), shutil.make_archive(str(folder / "bundle"), "zip", FIRST_VERSION)
    s3.create_bucket(Bucket=f"{name}-bundles")
    s3.upload_file(bundle, f"{name}-bundles", "first")
    resources["FirstVersion"]["Properties"]["SourceBundle"] = {"S3Bucket": f"{name}-bundles", "S3Key": "first"}
    for target in ("Staging", "Production"):
        del resources[f"{target}FirstVersion"]
        resources[target]["Properties"]["VersionLabel"] = {"Ref": "FirstVersion"}
