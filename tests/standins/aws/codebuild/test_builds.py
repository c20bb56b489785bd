"""Builds in the local AWS."""

import io
import json
import time
import uuid
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from standins.processes import alive

pytestmark = pytest.mark.cloud
EVERYTHING_A_BUILD_NEEDS = ["s3:GetObject", "s3:PutObject", "logs:*", "ecr:*"]

type Build = dict[str, Any]
type Run = Callable[..., Build]


def zipped(**files: str) -> bytes:
    """A zip; `__` in a name is a dot."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", "."), text)
    return buffer.getvalue()


def wait(codebuild: Any, identity: str, seconds: float = 60) -> Build:
    """The build once it is complete."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        (build,) = codebuild.batch_get_builds(ids=[identity])["builds"]
        if build["buildComplete"]:
            return dict(build)
        time.sleep(0.05)
    pytest.fail(f"{identity} does not end.")


def failure(build: Build) -> tuple[str, str, str]:
    """The first failed phase, its code and its message."""
    phase = next(phase for phase in build["phases"] if phase.get("phaseStatus") == "FAILED")
    return phase["phaseType"], phase["contexts"][0]["statusCode"], phase["contexts"][0]["message"]


@pytest.fixture
def start(cloud: Any) -> Callable[..., str]:
    """Start a build of a buildspec with a role that may do these actions; the answer is its id."""

    def begin(buildspec: str, actions: list[str] = EVERYTHING_A_BUILD_NEEDS, **overrides: Any) -> str:
        name = f"build-{uuid.uuid4()}"
        allowed = {"Effect": "Allow", "Action": actions, "Resource": "*"}
        role = cloud.role(name, {"Service": "codebuild.amazonaws.com"}, allowed)
        s3, codebuild = cloud.client("s3"), cloud.client("codebuild")
        s3.create_bucket(Bucket=name)
        s3.put_object(Bucket=name, Key="source", Body=zipped(buildspec__yaml=buildspec, hello__txt="hello"))
        codebuild.create_project(
            name=name,
            serviceRole=role,
            source={"type": "CODEPIPELINE", "buildspec": "buildspec.yaml"},
            artifacts={"type": "CODEPIPELINE"},
            environment={
                "type": "LINUX_CONTAINER",
                "image": "aws/codebuild/standard:7.0",
                "computeType": "BUILD_GENERAL1_SMALL",
                "environmentVariables": [{"name": "FROM", "value": "project"}, {"name": "MORE", "value": "project"}],
            },
        )
        artifact = {"type": "S3", "packaging": "ZIP", "location": name, "path": "out", "artifactIdentifier": "Bundle"}
        given = {
            "sourceTypeOverride": "S3",
            "sourceLocationOverride": f"{name}/source",
            "artifactsOverride": artifact | {"name": "bundle"},
            "environmentVariablesOverride": [{"name": "MORE", "value": "start"}],
        }
        return str(codebuild.start_build(projectName=name, **(given | overrides))["build"]["id"])

    return begin


@pytest.fixture
def run(cloud: Any, start: Callable[..., str]) -> Run:
    """Run a build to its end."""
    return lambda *arguments, **named: wait(cloud.client("codebuild"), start(*arguments, **named))


def test_builds_with_its_role_and_stores_the_artifact(cloud: Any, run: Run) -> None:
    """Source, commands, exported variables and artifact work as a pipeline needs them."""
    build = run(
        """
        version: 0.2
        env: {variables: {FROM: buildspec, LEAST: buildspec}, exported-variables: [WORDS]}
        phases:
          pre_build: {commands: ['WORDS="$FROM $MORE $LEAST"']}
          build: {commands: ["mkdir out; echo $WORDS $(cat hello.txt) > out/answer"]}
        artifacts: {base-directory: out, files: ["**/*"]}
        """
    )
    bucket = build["projectName"]
    stored = cloud.client("s3").get_object(Bucket=bucket, Key="out/bundle")["Body"].read()

    assert build["buildStatus"] == "SUCCEEDED"
    assert build["exportedEnvironmentVariables"] == [{"name": "WORDS", "value": "project start buildspec"}]
    assert zipfile.ZipFile(io.BytesIO(stored)).read("answer") == b"project start buildspec hello\n"


def test_names_the_command_that_failed_and_runs_post_build(cloud: Any, run: Run) -> None:
    """After a failed build phase only post_build runs, and it can tell."""
    build = run(
        """
        version: 0.2
        phases:
          build: {commands: ["exit_with() { return $1; }", exit_with 4, touch never]}
          post_build: {commands: ["echo succeeding: $CODEBUILD_BUILD_SUCCEEDING $(ls never)"]}
        """
    )
    log = (cloud.folder / "logs" / f"build-{build['id'].replace(':', '-')}.log").read_text()

    reason = "Error while executing command: exit_with 4. Reason: exit status 4"
    assert failure(build) == ("BUILD", "COMMAND_EXECUTION_ERROR", reason)
    assert "succeeding: 0\n" in log


def test_a_role_without_permission_cannot_read_the_source(run: Run) -> None:
    """IAM is enforced on what the build does itself."""
    phase, code, message = failure(run("version: 0.2", ["s3:PutObject"]))

    assert (phase, code) == ("DOWNLOAD_SOURCE", "CLIENT_ERROR")
    assert "s3:GetObject" in message


def test_a_role_without_logs_only_misses_the_logs(cloud: Any, run: Run) -> None:
    """A build that cannot write its log to CloudWatch Logs goes on and says so in the file."""
    build = run(
        "version: 0.2\nphases: {build: {commands: [echo hello]}}", ["s3:*"], artifactsOverride={"type": "NO_ARTIFACTS"}
    )
    log = (cloud.folder / "logs" / f"build-{build['id'].replace(':', '-')}.log").read_text()

    assert (build["buildStatus"], "not in CloudWatch Logs" in log) == ("SUCCEEDED", True)


def test_writes_the_log_to_cloudwatch(cloud: Any, run: Run) -> None:
    """What the commands print is in the log stream that the build names."""
    build = run("version: 0.2\nphases: {build: {commands: [echo said]}}", artifactsOverride={"type": "NO_ARTIFACTS"})
    where = {"logGroupName": build["logs"]["groupName"], "logStreamName": build["logs"]["streamName"]}
    written = cloud.client("logs").get_log_events(**where)["events"]

    assert "said" in [event["message"] for event in written]


def test_stops_a_build_and_its_processes(cloud: Any, start: Callable[..., str]) -> None:
    """A stopped build ends at once, and nothing it started stays."""
    codebuild = cloud.client("codebuild")
    identity = start("version: 0.2\nphases: {build: {commands: [sleep 600 & echo $! > pid; wait]}}")
    pid = cloud.folder / "builds" / identity.partition(":")[2] / "src" / "pid"
    deadline = time.monotonic() + 30
    while not (pid.exists() and pid.read_text()) and time.monotonic() < deadline:
        time.sleep(0.05)
    codebuild.stop_build(id=identity)

    assert wait(codebuild, identity, 10)["buildStatus"] == "STOPPED"
    while alive(int(pid.read_text())):
        assert time.monotonic() < deadline, "the build's process is still there"
        time.sleep(0.05)


def test_tells_eventbridge(cloud: Any, run: Run) -> None:
    """Beginning and end of a build are events."""
    build = run("version: 0.2\nphases: {build: {commands: ['false']}}")
    lines = (cloud.folder / "logs" / "events.jsonl").read_text().splitlines()
    events = [line["body"] for line in map(json.loads, lines) if line["kind"] == "event"]
    mine = [event["detail"] for event in events if event["detail"].get("build-id") == build["arn"]]

    assert [detail["build-status"] for detail in mine] == ["IN_PROGRESS", "FAILED"]


def test_refuses_an_override_it_would_ignore(start: Callable[..., str]) -> None:
    """An override without effect would mislead."""
    with pytest.raises(ClientError, match="debugSessionEnabled"):
        start("version: 0.2", debugSessionEnabled=True)


def test_cloudformation_says_where_the_logs_go(cloud: Any) -> None:
    """The project of a template logs to the template's group, which is all its role may write to."""
    formation, name = cloud.client("cloudformation"), f"stack-{uuid.uuid4().hex[:8]}"
    formation.create_stack(StackName=name, TemplateBody=TEMPLATE, Capabilities=["CAPABILITY_IAM"])
    formation.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 30})
    (stack,) = formation.describe_stacks(StackName=name)["Stacks"]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    codebuild = cloud.client("codebuild")
    given = {"sourceTypeOverride": "NO_SOURCE", "artifactsOverride": {"type": "NO_ARTIFACTS"}}
    build = wait(codebuild, codebuild.start_build(projectName=outputs["Project"], **given)["build"]["id"])
    where = {"logGroupName": outputs["Group"], "logStreamName": build["logs"]["streamName"]}
    written = cloud.client("logs").get_log_events(**where)["events"]

    assert (build["buildStatus"], build["logs"]["groupName"]) == ("SUCCEEDED", outputs["Group"])
    assert "to my/models" in [event["message"] for event in written]


TEMPLATE = """
Resources:
  Project:
    Type: AWS::CodeBuild::Project
    Properties:
      ServiceRole: !GetAtt Role.Arn
      Source:
        Type: CODEPIPELINE
        BuildSpec: |
          version: 0.2
          phases: {build: {commands: [echo to $MODEL_BUCKET]}}
      Artifacts: {Type: CODEPIPELINE}
      LogsConfig: {CloudWatchLogs: {Status: ENABLED, GroupName: !Ref Logs}}
      Environment:
        Type: LINUX_CONTAINER
        Image: aws/codebuild/amazonlinux-x86_64-standard:5.0
        ComputeType: BUILD_GENERAL1_SMALL
        PrivilegedMode: true
        EnvironmentVariables: [{Name: MODEL_BUCKET, Value: my/models}]
  Logs: {Type: AWS::Logs::LogGroup}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: codebuild.amazonaws.com}, Action: sts:AssumeRole}]
      Policies:
        - PolicyName: build
          PolicyDocument:
            Statement:
              - {Effect: Allow, Action: [logs:CreateLogStream, logs:PutLogEvents], Resource: !GetAtt Logs.Arn}
Outputs:
  Project: {Value: !Ref Project}
  Group: {Value: !Ref Logs}
"""
