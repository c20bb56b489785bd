"""An environment with a certificate: what AWS refuses, and production as the pipeline's template makes it."""

from __future__ import annotations

import io
import os
import ssl
import subprocess
import sysconfig
import uuid
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from botocore.exceptions import WaiterError

from slipway.adapters.load_balancers import plain_listener
from slipway.cli.doctor.finding import Level
from slipway.cli.doctor.redirect import redirect
from slipway.cli.doctor.stack import Stack
from tests.support.certificates import self_signed
from tests.support.paths import ROOT
from tests.support.pipeline_stack import pipeline_stack
from tests.support.templates import FUNCTIONS, actions, chosen, statements

pytestmark = pytest.mark.cloud
UNKNOWN = f"arn:aws:acm:us-east-1:000000000000:certificate/{uuid.UUID(int=0)}"
# The function itself, found where it lies here.
FIRST_DEPLOYMENT = f"""
import sys
sys.path += {[str(ROOT), str(ROOT / "layers" / "slipway"), sysconfig.get_paths()["purelib"]]}
from functions.first_deployment.app import lambda_handler
"""


@pytest.fixture(scope="module")
def certificate(cloud: Any, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """The ARN of an imported certificate for 127.0.0.1, and the file that a client trusts it by."""
    folder = tmp_path_factory.mktemp("certificate")
    self_signed(folder)
    end = "-----END PRIVATE KEY-----\n"
    key, _, body = (folder / "both.pem").read_text().partition(end)
    arn = cloud.client("acm").import_certificate(Certificate=body.encode(), PrivateKey=(key + end).encode())
    return arn["CertificateArn"], folder / "both.pem"


@pytest.fixture(scope="module")
def first_deployment(cloud: Any) -> str:
    """The ARN of the function of this name, with the rights that the template gives it."""
    allowed = chosen(list(statements(FUNCTIONS["FirstDeployment"]["Policies"])), "UseHttps", True)
    finding = [{**one, "Action": actions(one)} for one in allowed if one["Sid"] == "FindTheListener"]
    role = cloud.role("first-deployment", {"Service": "lambda.amazonaws.com"}, *finding)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as code:
        code.writestr("app.py", FIRST_DEPLOYMENT)
    made = cloud.client("lambda").create_function(
        FunctionName="first-deployment",
        Runtime="python3.13",
        Handler="app.lambda_handler",
        Role=role,
        Timeout=30,
        Code={"ZipFile": buffer.getvalue()},
    )
    return str(made["FunctionArn"])


@pytest.fixture(scope="module")
def production(
    cloud: Any, certificate: tuple[str, Path], first_deployment: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, str]]:
    """The stack with a certificate; gives its resources by logical id."""
    parameters = {
        "CertificateArn": certificate[0],
        "ProductionDomain": "127.0.0.1",
        "FirstDeployment": first_deployment,
    }
    with pipeline_stack(cloud, "https", tmp_path_factory.mktemp("bundle"), **parameters) as found:
        yield {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in found}


def address(cloud: Any, name: str = "https-production") -> str:
    """Where an environment is reached, which is at its load balancer."""
    (found,) = cloud.client("elasticbeanstalk").describe_environments(EnvironmentNames=[name])["Environments"]
    assert (found["Status"], found["HealthStatus"]) == ("Ready", "Ok")
    return str(found["EndpointURL"])


def secure_address(cloud: Any) -> str:
    """Where it speaks TLS: an ordinary user of this machine may not have port 443."""
    events = cloud.client("elasticbeanstalk").describe_events(EnvironmentName="https-production")["Events"]
    message = next(one["Message"] for one in events if "speaks TLS" in one["Message"])
    return str(message).split()[-1].strip(".")


def test_https_answers_with_the_certificate(
    cloud: Any, production: dict[str, str], certificate: tuple[str, Path]
) -> None:
    """And nobody who does not trust it is answered."""
    trusting = ssl.create_default_context(cafile=certificate[1])
    url = f"https://{secure_address(cloud)}/health"
    assert httpx.get(url, verify=trusting, trust_env=False).status_code == 200
    with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
        httpx.get(url, trust_env=False)


def test_http_redirects_to_https(cloud: Any, production: dict[str, str]) -> None:
    """By a rule of the stack, with path and query; targets are not asked over it, so the environment is healthy."""
    answer = httpx.get(f"http://{address(cloud)}/models?name=birds", trust_env=False)
    assert answer.status_code == 301
    assert answer.headers["location"] == "https://127.0.0.1:443/models?name=birds"


def test_the_custom_resource_finds_the_listener_of_port_80(cloud: Any, production: dict[str, str]) -> None:
    """Its id is the listener's ARN, on which the rule is."""
    balancing = cloud.client("elbv2")
    assert production["PlainListener"] == plain_listener(address(cloud), balancing)
    rules = balancing.describe_rules(ListenerArn=production["PlainListener"])["Rules"]
    assert [rule["Priority"] for rule in rules if rule["RuleArn"] == production["RedirectToHttps"]] == ["1"]


def test_a_certificate_that_waits_for_its_validation_is_refused(
    cloud: Any, first_deployment: str, tmp_path: Path
) -> None:
    """As Elastic Load Balancing says it; `doctor` and `make deploy` look before."""
    waiting = cloud.client("acm").request_certificate(DomainName="example.com", ValidationMethod="DNS")
    parameters = {"CertificateArn": waiting["CertificateArn"], "FirstDeployment": first_deployment}
    with pytest.raises(WaiterError), pipeline_stack(cloud, "waiting", tmp_path, **parameters):
        pass
    events = cloud.client("elasticbeanstalk").describe_events(EnvironmentName="waiting-production", Severity="ERROR")
    assert "must have a fully-qualified domain name" in events["Events"][0]["Message"]


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({}, "A certificate must be specified for HTTPS listeners"),
        ({"SSLCertificateArns": UNKNOWN}, f"Certificate '{UNKNOWN}' not found"),
        ({"SSLCertificateArns": UNKNOWN.replace("us-east-1", "eu-west-1")}, "not found"),
        ({"SSLCertificateArns": "certificate", "SSLPolicy": ""}, "An SSL policy must be specified"),
    ],
)
def test_a_listener_that_aws_refuses_fails_the_launch(cloud: Any, settings: dict[str, str], sentence: str) -> None:
    """And each says why; no other environment than this one notices."""
    name, beanstalk = f"e-{uuid.uuid4().hex[:20]}", cloud.client("elasticbeanstalk")
    cloud.role(f"{name}-s", {"Service": "elasticbeanstalk.amazonaws.com"})
    cloud.role(f"{name}-i", {"Service": "ec2.amazonaws.com"})
    iam = cloud.client("iam")
    iam.create_instance_profile(InstanceProfileName=name)
    iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=f"{name}-i")
    beanstalk.create_application(ApplicationName=name)
    options = [
        ("aws:elasticbeanstalk:environment", "ServiceRole", f"{name}-s"),
        ("aws:autoscaling:launchconfiguration", "IamInstanceProfile", name),
        *(("aws:elbv2:listener:443", option, value) for option, value in ({"Protocol": "HTTPS"} | settings).items()),
    ]
    beanstalk.create_environment(
        ApplicationName=name,
        EnvironmentName=name,
        SolutionStackName="64bit Amazon Linux 2023 v4.11.0 running Docker",
        OptionSettings=[{"Namespace": space, "OptionName": option, "Value": value} for space, option, value in options],
    )
    beanstalk.get_waiter("environment_exists").wait(EnvironmentNames=[name], WaiterConfig={"Delay": 1})
    (event,) = beanstalk.describe_events(EnvironmentName=name, Severity="ERROR")["Events"]
    assert sentence in event["Message"]
    beanstalk.terminate_environment(EnvironmentName=name)


def test_a_rebuilt_environment_has_lost_the_redirect_until_the_doctor_s_command_is_typed(
    cloud: Any, production: dict[str, str]
) -> None:
    """Its new load balancer does not have the stack's rule: HTTP is answered as if there was no certificate."""
    beanstalk = cloud.client("elasticbeanstalk")
    beanstalk.rebuild_environment(EnvironmentName="https-production")
    beanstalk.get_waiter("environment_updated").wait(EnvironmentNames=["https-production"], WaiterConfig={"Delay": 1})
    assert httpx.get(f"http://{address(cloud)}/health", trust_env=False).status_code == 200
    assert plain_listener(address(cloud), cloud.client("elbv2")) != production["PlainListener"]
    session: Any = SimpleNamespace(client=cloud.client)
    stack = Stack("https", "CREATE_COMPLETE", {"CertificateArn": "arn"}, {"PipelineName": "https"})
    (finding,) = redirect(session, stack)
    assert finding.level is Level.PROBLEM
    environment = os.environ | {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    environment |= {"AWS_DEFAULT_REGION": "us-east-1", "AWS_ENDPOINT_URL": cloud.address}
    subprocess.run(finding.cure, shell=True, env=environment, check=True, capture_output=True, timeout=60)
    assert httpx.get(f"http://{address(cloud)}/health", trust_env=False).status_code == 301
    assert [one.level for one in redirect(session, stack)] == [Level.OK]
