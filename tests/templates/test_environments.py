"""What the pipeline's template promises about the environments."""

from __future__ import annotations

from typing import Any

import pytest
from cfnlint.decode import cfn_yaml

from tests.support.templates import (
    PIPELINE,
    ROOT,
    chosen,
)


@pytest.mark.parametrize("name", ["Staging", "Production"])
def test_an_environment_has_launch_templates_and_enhanced_health(name: str) -> None:
    """New accounts have no launch configurations, and a deployment watches the health of its batches."""
    found = {option: value for (_, option), (value, _) in options(name).items()}
    assert (found["RootVolumeType"], found["SystemType"], found["DisableIMDSv1"]) == ("gp3", "enhanced", "true")


def options(environment: str) -> dict[tuple[str, str], Any]:
    """The settings of an environment by namespace and name; those that depend on a condition with their condition."""
    found = {}
    for one in PIPELINE[environment]["Properties"]["OptionSettings"]:
        condition, setting = ("", one) if "Namespace" in one else one["Fn::If"][:2]
        found[setting["Namespace"], setting["OptionName"]] = (setting["Value"], condition)
    return found


@pytest.mark.parametrize("environment", ["Staging", "Production"])
def test_an_environment_is_born_with_a_version_whose_label_never_changes(environment: str) -> None:
    """CloudFormation would deploy another one over what is live."""
    decided = PIPELINE[environment]["Properties"]["VersionLabel"]["Ref"]
    assert PIPELINE[decided]["Type"] == "Custom::FirstVersion"
    assert PIPELINE[decided]["Properties"]["Target"] == environment.lower()


@pytest.mark.parametrize("environment", ["Staging", "Production"])
def test_an_environment_s_logs_outlive_its_instances(environment: str) -> None:
    """For the days that the operator keeps logs."""
    found = options(environment)
    logs = "aws:elasticbeanstalk:cloudwatch:logs"
    kept = [found[logs, name][0] for name in ("StreamLogs", "DeleteOnTerminate", "RetentionInDays")]
    assert kept == ["true", "false", {"Ref": "LogRetentionDays"}]


def test_only_production_samples_requests_and_only_if_the_operator_says_so() -> None:
    """Whoever asks staging is no user. Both say so, because without any property Beanstalk might write no `.env`."""
    space = "aws:elasticbeanstalk:application:environment"
    told = [
        {name: value for (namespace, name), value in options(environment).items() if namespace == space}
        for environment in ("Staging", "Production")
    ]
    percent = {"SAMPLE_PERCENT": ({"Ref": "SamplePercent"}, "")}
    assert told == [{"SAMPLE_PERCENT": ("0", "")}, percent | {"SAMPLE_FIELDS": ({"Ref": "SampleFields"}, "Sample")}]


def test_production_is_deployed_as_the_operator_says() -> None:
    """And never in place; staging, which nobody uses, all at once."""
    command = ("aws:elasticbeanstalk:command", "DeploymentPolicy")
    assert options("Production")[command] == ({"Ref": "DeploymentPolicy"}, "")
    assert options("Staging")[command] == ("AllAtOnce", "")
    policies = cfn_yaml.load(str(ROOT / "template.yaml"))["Parameters"]["DeploymentPolicy"]
    assert policies["Default"] == "Immutable"
    assert not {"AllAtOnce", "Rolling"} & set(policies["AllowedValues"])


def test_a_certificate_makes_production_speak_https() -> None:
    """And the tests of a release go the same way as its users."""
    found = options("Production")
    https = {name: value for (space, name), value in found.items() if space == "aws:elbv2:listener:443"}
    assert https["SSLCertificateArns"] == ({"Ref": "CertificateArn"}, "UseHttps")
    assert https["Protocol"] == ("HTTPS", "UseHttps")
    url = cfn_yaml.load(str(ROOT / "pipeline" / "template.yaml"))["Outputs"]["ProductionUrl"]["Value"]
    assert url["Fn::If"] == [
        "UseHttps",
        {"Fn::Sub": "https://${ProductionDomain}"},
        {"Fn::Sub": "http://${Production.EndpointURL}"},
    ]
    stages = {stage["Name"]: stage["Actions"] for stage in PIPELINE["Pipeline"]["Properties"]["Stages"]}
    tests = [one["Configuration"].get("UserParameters") for stage in stages.values() for one in stage]
    assert len([one for one in tests if isinstance(one, dict) and one["Fn::Sub"][1] == {"Url": url}]) == 2


def test_a_certificate_makes_production_redirect_what_comes_by_http() -> None:
    """By a rule before all others of Beanstalk's listener on port 80, which is there with a certificate and without."""
    assert options("Production")["aws:elbv2:listener:default", "ListenerEnabled"] == ("true", "")
    rule, listener = PIPELINE["RedirectToHttps"], PIPELINE["PlainListener"]
    assert rule["Condition"] == listener["Condition"] == "UseHttps"
    assert rule["Properties"]["ListenerArn"] == {"Ref": "PlainListener"}
    assert rule["Properties"]["Priority"] == 1
    assert rule["Properties"]["Conditions"][0]["PathPatternConfig"] == {"Values": ["*"]}
    (redirect,) = rule["Properties"]["Actions"]
    assert redirect["Type"] == "redirect"
    # What a redirect leaves out stays: host, path and query.
    assert redirect["RedirectConfig"] == {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}
    assert listener["Properties"]["Address"] == {"Fn::GetAtt": ["Production", "EndpointURL"]}


def staging(inside: bool) -> dict[str, Any]:
    """Return the settings of staging by their names, in a VPC of the operator's."""
    listed = chosen(PIPELINE["Staging"]["Properties"]["OptionSettings"], "StagingInVpc", inside)
    return {one["OptionName"]: one["Value"] for one in chosen(listed, "UseVpc", True)}


def test_staging_inside_the_vpc_has_no_public_address() -> None:
    """An internal load balancer is in front of it; its instance is public only if the operator says so."""
    inside, outside = staging(inside=True), staging(inside=False)
    assert (inside["EnvironmentType"], inside["LoadBalancerType"]) == ("LoadBalanced", "application")
    assert (inside["ELBScheme"], inside["ELBSubnets"]) == ("internal", {"Ref": "InstanceSubnets"})
    assert (inside["Subnets"], inside["AssociatePublicIpAddress"]) == (
        {"Ref": "InstanceSubnets"},
        {"Ref": "PublicInstances"},
    )
    assert (inside["MinSize"], inside["MaxSize"], inside["HealthCheckPath"]) == ("1", "1", {"Ref": "HealthPath"})
    assert outside["EnvironmentType"] == "SingleInstance"
    assert (outside["Subnets"], outside["AssociatePublicIpAddress"]) == ({"Ref": "LoadBalancerSubnets"}, "true")
    assert not {"ELBScheme", "ELBSubnets", "MinSize", "LoadBalancerType"} & set(outside)


def test_one_answer_decides_the_processor_of_everything() -> None:
    """Functions, layer, build and instances."""
    content = cfn_yaml.load(str(ROOT / "template.yaml"))
    assert content["Globals"]["Function"]["Architectures"] == [{"Ref": "Architecture"}]
    assert content["Resources"]["Layer"]["Metadata"]["BuildArchitecture"] == {"Ref": "Architecture"}
    build = PIPELINE["Build"]["Properties"]["Environment"]
    assert build["Type"]["Fn::If"] == ["UseArm", "ARM_CONTAINER", "LINUX_CONTAINER"]
    assert [("aarch64" in image, "x86_64" in image) for image in build["Image"]["Fn::If"][1:]] == [
        (True, False),
        (False, True),
    ]
    for environment in ("Staging", "Production"):
        assert options(environment)["aws:ec2:instances", "SupportedArchitectures"] == ({"Ref": "Architecture"}, "")
