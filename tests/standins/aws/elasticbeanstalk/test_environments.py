"""Environments in the local AWS."""

import http.client
import io
import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
import uuid
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.paths import ROOT

pytestmark = pytest.mark.cloud
DOCKER = ROOT / "standins" / "docker" / "bin" / "docker"
DOCKERFILE = 'FROM python\nENV PORT=8080 HOST=0.0.0.0\nCOPY server.py .\nCMD ["python", "server.py"]\n'
SERVER = """\
import http.server, os, sys, time

class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if folder := os.environ.get("HEALTH_LOG"):
            with open(time.strftime(folder + "/application.log.%Y-%m-%d-%H", time.gmtime()), "a") as log:
                log.write(f'{time.time():.3f}"/"{os.environ.get("STATUS", "200")}"0.001"0.001"' + chr(10))
        self.send_response(int(os.environ.get("STATUS", "200")))
        self.end_headers()
        self.wfile.write(os.environ["RELEASE"].encode())

if os.environ["RELEASE"] == "broken":
    sys.exit("the model does not load")
http.server.HTTPServer((os.environ["HOST"], int(os.environ["PORT"])), Answer).serve_forever()
"""
PULL = ["ecr:GetAuthorizationToken", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
STACK = "64bit Amazon Linux 2023 v4.11.0 running Docker"
BEANSTALK = {"Service": "elasticbeanstalk.amazonaws.com"}


def docker(cloud: Any, home: Path, *arguments: str, stdin: str = "") -> str:
    """Use the stand-in as a build does, with the root key."""
    env = {
        "PATH": os.environ["PATH"],
        "STANDINS_PYTHON": sys.executable,
        "STANDINS_RUN": str(cloud.folder),
        "HOME": str(home),
        "AWS_ENDPOINT_URL": cloud.address,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }
    done = subprocess.run(
        [DOCKER, *arguments], env=env, input=stdin, text=True, capture_output=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture(scope="session")
def image(cloud: Any, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A pushed image, by digest, whose server answers with its release."""
    folder = tmp_path_factory.mktemp("service")
    (folder / "Dockerfile").write_text(DOCKERFILE)
    (folder / "server.py").write_text(SERVER)
    repository = cloud.client("ecr").create_repository(repositoryName=f"r-{uuid.uuid4()}")["repository"][
        "repositoryUri"
    ]
    docker(cloud, folder, "build", "--tag", f"{repository}:1", str(folder))
    docker(
        cloud, folder, "login", "--username", "AWS", "--password-stdin", repository.partition("/")[0], stdin="password"
    )
    docker(cloud, folder, "push", f"{repository}:1")
    return docker(cloud, folder, "inspect", "--format", "{{index .RepoDigests 0}}", f"{repository}:1")


class Place:
    """An application with one environment, and short words for what the tests do with it."""

    def __init__(self, cloud: Any, image: str) -> None:
        self.cloud, self.image, self.name = cloud, image, f"e-{uuid.uuid4().hex[:20]}"
        self.beanstalk = cloud.client("elasticbeanstalk")
        self.named = {"ApplicationName": self.name, "EnvironmentName": self.name}

    def permit(self, *actions: str) -> None:
        """Give the instances a profile with the web tier's policy and these actions."""
        iam = self.cloud.client("iam")
        allowed = [{"Effect": "Allow", "Action": list(actions), "Resource": "*"}] if actions else []
        self.cloud.role(f"{self.name}-i", {"Service": "ec2.amazonaws.com"}, *allowed)
        web_tier = "arn:aws:iam::aws:policy/AWSElasticBeanstalkWebTier"
        iam.attach_role_policy(RoleName=f"{self.name}-i", PolicyArn=web_tier)
        iam.create_instance_profile(InstanceProfileName=self.name)
        iam.add_role_to_instance_profile(InstanceProfileName=self.name, RoleName=f"{self.name}-i")

    def launch(self, **more: str) -> dict[str, Any]:
        """Create application and environment, and wait for the sample page."""
        self.beanstalk.create_application(ApplicationName=self.name)
        self.beanstalk.create_environment(**self.named, SolutionStackName=STACK, OptionSettings=self.options(**more))
        return self.ready()

    def options(self, **more: str) -> list[dict[str, str]]:
        """The environment's settings; `more` are variables of the application."""
        role = {"Namespace": "aws:elasticbeanstalk:environment", "OptionName": "ServiceRole", "Value": f"{self.name}-s"}
        profile = ("aws:autoscaling:launchconfiguration", "IamInstanceProfile", self.name)
        variables = [("aws:elasticbeanstalk:application:environment", *pair) for pair in more.items()]
        return [role, *({"Namespace": s, "OptionName": n, "Value": v} for s, n, v in [profile, *variables])]

    def version(self, release: str, logged: str = "") -> None:
        """Make a version whose bundle runs the image as this release; one that logs requests answers with a status."""
        s3, buffer = self.cloud.client("s3"), io.BytesIO()
        variables = f", HEALTH_LOG: /logs, STATUS: '{logged}'" if logged else ""
        volumes = ", volumes: ['/var/log/nginx/healthd:/logs']" if logged else ""
        with zipfile.ZipFile(buffer, "w") as bundle:
            environment = f"{{RELEASE: {release}{variables}}}"
            service = f"{{image: '{self.image}', ports: ['80:8080'], environment: {environment}{volumes}}}"
            bundle.writestr("docker-compose.yml", f"services: {{web: {service}}}")
        s3.create_bucket(Bucket=self.name)
        s3.put_object(Bucket=self.name, Key=release, Body=buffer.getvalue())
        source = {"S3Bucket": self.name, "S3Key": release}
        self.beanstalk.create_application_version(ApplicationName=self.name, VersionLabel=release, SourceBundle=source)

    def deploy(self, release: str) -> dict[str, Any]:
        """Deploy a new version and wait for the end."""
        self.version(release)
        assert self.beanstalk.update_environment(**self.named, VersionLabel=release)["Status"] == "Updating"
        return self.ready()

    def ready(self, seconds: float = 30) -> dict[str, Any]:
        """The environment once it is Ready."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            (found,) = self.beanstalk.describe_environments(ApplicationName=self.name)["Environments"]
            if found["Status"] == "Ready":
                return dict(found)
            time.sleep(0.05)
        pytest.fail(f"{self.name} does not become Ready.")

    def page(self) -> str:
        """What the environment's users see."""
        endpoint = self.ready()["EndpointURL"]
        with urllib.request.urlopen(f"http://{endpoint}/", timeout=5) as response:
            return str(response.read().decode())

    def errors(self) -> list[str]:
        """Messages of the environment's error events."""
        events = self.beanstalk.describe_events(**self.named, Severity="ERROR")["Events"]
        return [event["Message"] for event in events]


@pytest.fixture
def place(cloud: Any, image: str) -> Iterator[Place]:
    """A service role, and an environment that is terminated after the test."""
    found = Place(cloud, image)
    cloud.role(f"{found.name}-s", BEANSTALK)
    yield found
    if found.beanstalk.describe_environments(ApplicationName=found.name)["Environments"]:
        found.beanstalk.terminate_environment(EnvironmentName=found.name)


def test_a_new_environment_shows_a_sample_page(place: Place) -> None:
    """Without a version an environment is healthy and says that nothing is deployed."""
    place.permit()
    launched = place.launch()

    assert (launched["Health"], launched["HealthStatus"]) == ("Green", "Ok")
    assert "No version is deployed" in place.page()


def test_deploys_the_image_that_the_bundle_names(place: Place) -> None:
    """An update replaces what runs, and the environment shows the version."""
    place.permit(*PULL)
    place.launch()
    updated = place.deploy("digits-r1")

    assert (updated["VersionLabel"], updated["HealthStatus"]) == ("digits-r1", "Ok")
    assert place.page() == "digits-r1"


def test_an_instance_without_permission_cannot_pull(place: Place) -> None:
    """The instance profile needs ECR; without it the old version goes on and the reason is an event."""
    place.permit()
    place.launch()
    updated = place.deploy("digits-r1")

    assert "VersionLabel" not in updated
    assert (updated["Health"], "No version" in place.page()) == ("Red", True)
    assert "ecr:GetAuthorizationToken" in place.errors()[0]


def test_a_version_that_does_not_start_fails_the_update(place: Place) -> None:
    """After a failed update the environment is Ready, red, and expects the version before."""
    place.permit(*PULL)
    place.launch()
    place.deploy("digits-r1")
    updated = place.deploy("broken")

    assert (updated["VersionLabel"], updated["Health"], updated["HealthStatus"]) == ("digits-r1", "Red", "Severe")
    assert "ended while it started" in place.errors()[0]


def test_a_version_that_answers_with_errors_is_deployed_and_red(place: Place) -> None:
    """The platform deploys what starts; that it does not work is a matter of health."""
    place.permit(*PULL)
    place.launch(STATUS="500")
    updated = place.deploy("digits-r1")

    assert (updated["VersionLabel"], updated["HealthStatus"]) == ("digits-r1", "Severe")


@pytest.mark.parametrize(
    ("status", "label", "health"),
    [("500", "digits-r1", "Severe"), ("404", "logged", "Severe"), ("200", "logged", "Ok")],
)
def test_a_batch_whose_requests_fail_is_not_deployed(place: Place, status: str, label: str, health: str) -> None:
    """Where it logs its requests for the health agent, 5xx turn the batch red; what users got wrong does not."""
    place.permit(*PULL)
    place.launch()
    place.deploy("digits-r1")
    place.version("logged", logged=status)
    place.beanstalk.update_environment(**place.named, VersionLabel="logged")
    updated = place.ready()

    assert (updated["VersionLabel"], updated["HealthStatus"]) == (label, health)
    failed = "100.0 % of the requests are failing with HTTP 5xx"
    assert any(failed in error for error in place.errors()) is (status == "500")


def test_refuses_an_update_during_an_update(place: Place) -> None:
    """One update at a time."""
    place.permit(*PULL)
    place.launch()
    place.version("digits-r1")
    place.beanstalk.update_environment(**place.named, VersionLabel="digits-r1")

    with pytest.raises(ClientError, match=r"invalid state for this operation\. Must be Ready"):
        place.beanstalk.update_environment(**place.named, VersionLabel="digits-r1")
    place.ready()


def test_aborts_an_update(place: Place) -> None:
    """An aborted update leaves the environment with the version before."""
    place.permit(*PULL)
    place.launch()
    place.version("digits-r1")
    place.beanstalk.update_environment(**place.named, VersionLabel="digits-r1")
    place.beanstalk.abort_environment_update(EnvironmentName=place.name)

    assert "VersionLabel" not in place.ready()
    assert "aborted" in place.errors()[0]


def test_a_terminated_environment_is_gone(place: Place) -> None:
    """Termination ends the instance and hides the environment."""
    place.permit()
    endpoint = place.launch()["EndpointURL"]
    place.beanstalk.terminate_environment(EnvironmentName=place.name)
    deadline = time.monotonic() + 10
    while place.beanstalk.describe_environments(ApplicationName=place.name)["Environments"]:
        assert time.monotonic() < deadline
        time.sleep(0.05)

    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(f"http://{endpoint}/", timeout=5)


@pytest.mark.parametrize(("missing", "option"), [("profile", "IamInstanceProfile"), ("role", "ServiceRole")])
def test_needs_its_roles(place: Place, missing: str, option: str) -> None:
    """An environment whose roles are missing is refused before anything is launched."""
    if missing == "role":
        place.permit()
        place.cloud.client("iam").delete_role(RoleName=f"{place.name}-s")

    with pytest.raises(ClientError, match=option):
        place.launch()


def test_refuses_bundles_that_do_not_exist(place: Place) -> None:
    """A version needs its bundle in S3."""
    place.beanstalk.create_application(ApplicationName=place.name)
    bundle = {"S3Bucket": "nowhere", "S3Key": "nothing"}

    with pytest.raises(ClientError, match="Unable to download from S3 location"):
        place.beanstalk.create_application_version(ApplicationName=place.name, VersionLabel="v1", SourceBundle=bundle)


def test_offers_the_docker_platform(cloud: Any) -> None:
    """The stack of the template is among those that new environments may use."""
    assert STACK in cloud.client("elasticbeanstalk").list_available_solution_stacks()["SolutionStacks"]


@pytest.fixture
def template(cloud: Any) -> Iterator[Callable[..., dict[str, str]]]:
    """Deploy a template and return its outputs; the stack is deleted after the test."""
    formation, name = cloud.client("cloudformation"), f"stack-{uuid.uuid4().hex[:8]}"

    def deploy(body: str) -> dict[str, str]:
        formation.create_stack(StackName=name, TemplateBody=body, Capabilities=["CAPABILITY_IAM"])
        formation.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 30})
        (stack,) = formation.describe_stacks(StackName=name)["Stacks"]
        return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}

    yield deploy
    formation.delete_stack(StackName=name)


def test_cloudformation_creates_a_ready_environment(template: Callable[..., dict[str, str]]) -> None:
    """The resource types of the pipeline's template work, with AWS's own conditions on the service role."""
    outputs = template(TEMPLATE)

    with urllib.request.urlopen(f"http://{outputs['Url']}/", timeout=5) as response:
        assert response.status == 200
    assert outputs["Name"] == "cfn-staging"


def test_a_version_and_settings_are_two_updates(place: Place) -> None:
    """The API's reference does not allow both in one request."""
    place.permit(*PULL)
    place.launch()
    place.version("digits-r1")

    with pytest.raises(ClientError, match="both the release and the configuration"):
        place.beanstalk.update_environment(
            **place.named, VersionLabel="digits-r1", OptionSettings=place.options(STATUS="200")
        )


def test_cloudformation_creates_an_environment_of_a_configuration_template(
    cloud: Any, template: Callable[..., dict[str, str]]
) -> None:
    """With the template's platform and settings."""
    settings = TEMPLATE[TEMPLATE.index("      SolutionStackName") : TEMPLATE.index("  ServiceRole")]
    saved = "  Saved:\n    Type: AWS::ElasticBeanstalk::ConfigurationTemplate\n    Properties:\n"
    named = f"      TemplateName: !Ref Saved\n{saved}      ApplicationName: !Ref Application\n"
    outputs = template(TEMPLATE.replace(settings, named + settings))

    beanstalk = cloud.client("elasticbeanstalk")
    (found,) = beanstalk.describe_environments(EnvironmentNames=[outputs["Name"]])["Environments"]
    assert (found["SolutionStackName"], found["Health"]) == (STACK, "Green")


FIRST_VERSION = ROOT / "pipeline" / "first_version"


def answer(endpoint: str, path: str) -> tuple[int, str]:
    """The status and the text of a page."""
    connection = http.client.HTTPConnection(endpoint, timeout=5)
    connection.request("GET", path)
    response = connection.getresponse()
    return response.status, response.read().decode()


def test_a_stack_s_update_leaves_alone_what_was_deployed_after_the_environment_s_birth(
    cloud: Any, template: Callable[..., dict[str, str]], tmp_path: Path
) -> None:
    """Born with a version that is built on the instance; another one is deployed; then the stack's settings change."""
    s3, bundle = cloud.client("s3"), shutil.make_archive(str(tmp_path / "bundle"), "zip", FIRST_VERSION)
    s3.create_bucket(Bucket="cfn-bundles")
    s3.upload_file(bundle, "cfn-bundles", "first")
    born = template(BORN.format(status=200))
    assert answer(born["Url"], "/health") == (200, '{"status": "ok"}')
    status, text = answer(born["Url"], "/version")
    assert (status, json.loads(text)["release"]) == (200, None)
    assert answer(born["Url"], "/predict")[0] == 503

    beanstalk, name = cloud.client("elasticbeanstalk"), born["Application"]
    source = {"S3Bucket": "cfn-bundles", "S3Key": "first"}
    beanstalk.create_application_version(ApplicationName=name, VersionLabel="live", SourceBundle=source)
    beanstalk.update_environment(EnvironmentName="cfn-staging", VersionLabel="live")
    beanstalk.get_waiter("environment_updated").wait(ApplicationName=name, EnvironmentNames=["cfn-staging"])
    formation = cloud.client("cloudformation")
    formation.update_stack(
        StackName=born["Stack"], TemplateBody=BORN.format(status=201), Capabilities=["CAPABILITY_IAM"]
    )
    formation.get_waiter("stack_update_complete").wait(StackName=born["Stack"], WaiterConfig={"Delay": 1})

    (found,) = beanstalk.describe_environments(ApplicationName=name)["Environments"]
    (settings,) = beanstalk.describe_configuration_settings(ApplicationName=name, EnvironmentName="cfn-staging")[
        "ConfigurationSettings"
    ]
    assert found["VersionLabel"] == "live"
    assert {"201"} <= {one["Value"] for one in settings["OptionSettings"]}


TEMPLATE = """
Resources:
  Application: {Type: AWS::ElasticBeanstalk::Application}
  Staging:
    Type: AWS::ElasticBeanstalk::Environment
    Properties:
      ApplicationName: !Ref Application
      EnvironmentName: cfn-staging
      SolutionStackName: 64bit Amazon Linux 2023 v4.11.0 running Docker
      OptionSettings:
        - {Namespace: aws:elasticbeanstalk:environment, OptionName: ServiceRole, Value: !Ref ServiceRole}
        - {Namespace: aws:autoscaling:launchconfiguration, OptionName: IamInstanceProfile, Value: !Ref Profile}
  ServiceRole:
    Type: AWS::IAM::Role
    Properties:
      ManagedPolicyArns: [arn:aws:iam::aws:policy/service-role/AWSElasticBeanstalkEnhancedHealth]
      AssumeRolePolicyDocument:
        Statement:
          - Effect: Allow
            Principal: {Service: elasticbeanstalk.amazonaws.com}
            Action: sts:AssumeRole
            Condition: {StringEquals: {sts:ExternalId: elasticbeanstalk}}
  InstanceRole:
    Type: AWS::IAM::Role
    Properties:
      ManagedPolicyArns: [arn:aws:iam::aws:policy/AWSElasticBeanstalkWebTier]
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: sts:AssumeRole}]
  Profile:
    Type: AWS::IAM::InstanceProfile
    Properties: {Roles: [!Ref InstanceRole]}
Outputs:
  Name: {Value: !Ref Staging}
  Url: {Value: !GetAtt Staging.EndpointURL}
"""
BORN = (
    TEMPLATE.replace("{", "{{")
    .replace("}", "}}")
    .replace(
        "EnvironmentName: cfn-staging",
        "EnvironmentName: cfn-staging\n      VersionLabel: !Ref Version",
    )
    .replace(
        "      OptionSettings:\n",
        "      OptionSettings:\n"
        "        - {{Namespace: 'aws:elasticbeanstalk:application:environment', OptionName: STATUS, "
        "Value: '{status}'}}\n",
    )
    .replace(
        "  ServiceRole:\n",
        "  Version:\n    Type: AWS::ElasticBeanstalk::ApplicationVersion\n    Properties:\n"
        "      ApplicationName: !Ref Application\n      SourceBundle: {{S3Bucket: cfn-bundles, S3Key: first}}\n"
        "  ServiceRole:\n",
        1,
    )
    + "  Application: {{Value: !Ref Application}}\n  Stack: {{Value: !Ref AWS::StackName}}\n"
)
