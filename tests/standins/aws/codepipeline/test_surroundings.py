"""Pipelines among the other services: roles, functions, topics, stacks, the log of the run."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from standins import connections
from tests.support.played import action, declaration, source, stage

pytestmark = pytest.mark.cloud

CODEPIPELINE = {"Service": "codepipeline.amazonaws.com"}
ASK = stage("Ask", action("Manual", "Approve"))


def test_a_function_does_its_job(surroundings: Any) -> None:
    """A function reads its artifact with the job's credentials, comes back once and leaves variables; people are asked.

    The notice on the topic names the token that GetPipelineState shows. The log has all of it but the credentials.
    """
    pipeline = surroundings.create(_ask_after_job(surroundings.topic))
    token = pipeline.token()
    assert pipeline.runs()["Open"]["output"]["outputVariables"] == {"Files": "app.py"}
    sqs = surroundings.cloud.client("sqs")
    body = sqs.receive_message(QueueUrl=surroundings.queue, WaitTimeSeconds=5)["Messages"][0]["Body"]
    approval = json.loads(json.loads(body)["Message"])["approval"]
    execution = pipeline.executions()[0]["pipelineExecutionId"]
    assert (approval["token"], approval["customData"]) == (token, f"{execution} app.py")
    job, again = _logged_jobs(surroundings.cloud)
    assert set(job["data"]["artifactCredentials"].values()) == {"***"}
    assert again["data"]["continuationToken"] == "again"
    details = pipeline.client.get_job_details(jobId=again["id"])["jobDetails"]["data"]
    assert details["pipelineContext"]["pipelineExecutionId"] == execution


def test_the_pipelines_role_needs_the_permission(surroundings: Any, allowing: Any, wait_until: Any) -> None:
    """An action whose role lacks a permission fails and says which."""
    role = surroundings.cloud.role("weak", CODEPIPELINE, allowing("arn:aws:s3:::artifacts/*", "s3:PutObject"))
    pipeline = surroundings.create(ASK, roleArn=role)
    failed = wait_until(lambda: pipeline.runs()["Take"]["output"]["executionResult"].get("errorDetails"))
    assert failed["code"] == "PermissionError"
    assert "codeconnections:UseConnection" in failed["message"]


def test_a_source_waits_for_nobody_to_authorise_its_connection(surroundings: Any, wait_until: Any) -> None:
    """A pending connection fails the action; an execution that starts when it is available gets its source."""
    run, arn = surroundings.cloud.folder, "arn:aws:codeconnections:us-east-1:000000000000:connection/pending"
    kept = {"ConnectionArn": arn, "ConnectionName": "pending", "ConnectionStatus": "PENDING"}
    connections.keep(connections.made(run) | {arn: kept}, run)
    taking = source()
    taking["actions"][0]["configuration"] |= {"ConnectionArn": arn}
    pipeline = surroundings.create(stages=[taking, ASK])
    failed = wait_until(lambda: pipeline.runs()["Take"]["output"]["executionResult"].get("errorDetails"))
    assert failed["message"] == f"Connection {arn} is not available."
    connections.authorise(run)
    pipeline.client.start_pipeline_execution(name=pipeline.name)
    wait_until(lambda: pipeline.runs()["Take"]["status"] == "Succeeded")


def test_a_role_must_trust_codepipeline(surroundings: Any) -> None:
    """A pipeline whose role only another service may assume cannot be created."""
    role = surroundings.cloud.role("foreign", {"Service": "ec2.amazonaws.com"})
    with pytest.raises(ClientError, match="not authorized to perform AssumeRole"):
        surroundings.create(ASK, roleArn=role)


def test_an_action_with_a_role_of_its_own_works_with_that_one(
    surroundings: Any, allowing: Any, wait_until: Any
) -> None:
    """The pipeline's role assumes it, which both have to allow; the action then has that role's rights."""
    cloud = surroundings.cloud
    assuming = allowing("arn:aws:iam::000000000000:role/acting", "sts:AssumeRole")
    taking = (allowing("*", "codeconnections:UseConnection"), allowing("arn:aws:s3:::artifacts/*", "s3:PutObject"))
    assigning = cloud.role("assigning", CODEPIPELINE, *taking, assuming)
    invoking = allowing("arn:aws:lambda:us-east-1:000000000000:function:opener", "lambda:InvokeFunction")
    acting = cloud.role("acting", {"AWS": assigning}, invoking)
    opening = action("Lambda", "Open", configuration={"FunctionName": "opener"}, roleArn=acting)
    pipeline = surroundings.create(stage("Open", opening), roleArn=assigning)
    assert wait_until(lambda: pipeline.runs().get("Open"))["status"] == "InProgress"
    stranger = cloud.role("stranger", CODEPIPELINE, *taking)
    refused = surroundings.create(stage("Open", opening), roleArn=stranger)
    failed = wait_until(lambda: refused.runs().get("Open", {}).get("output", {}).get("executionResult"))["errorDetails"]
    assert (failed["code"], "sts:AssumeRole" in failed["message"]) == ("PermissionError", True)


def test_a_template_makes_a_pipeline(surroundings: Any, wait_until: Any) -> None:
    """CloudFormation creates, updates and deletes pipelines; Ref is the name, Version the version."""
    cloudformation = surroundings.cloud.client("cloudformation")
    codepipeline = surroundings.cloud.client("codepipeline")
    for operation, order in (("create", 1), ("update", 2)):
        template = json.dumps(_template(surroundings.role, order))
        getattr(cloudformation, f"{operation}_stack")(StackName="made", TemplateBody=template)
        waiter = cloudformation.get_waiter(f"stack_{operation}_complete")
        waiter.wait(StackName="made", WaiterConfig={"Delay": 0.2, "MaxAttempts": 50})
        outputs = cloudformation.describe_stacks(StackName="made")["Stacks"][0]["Outputs"]
        assert {each["OutputKey"]: each["OutputValue"] for each in outputs} == {"Name": "made", "Version": str(order)}
    cloudformation.delete_stack(StackName="made")
    wait_until(lambda: "made" not in [each["name"] for each in codepipeline.list_pipelines()["pipelines"]])


def test_versioned_buckets_tell_their_versions(cloud: Any, wait_until: Any) -> None:
    """S3's events carry the version that was created, and the key as it is."""
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket="models")
    s3.put_bucket_versioning(Bucket="models", VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_notification_configuration(
        Bucket="models", NotificationConfiguration={"EventBridgeConfiguration": {}}
    )
    version = s3.put_object(Bucket="models", Key="models/a b+c.txt", Body=b"x")["VersionId"]
    told = wait_until(lambda: [line for line in _log(cloud) if line["body"].get("source") == "aws.s3"])
    created = told[-1]["body"]["detail"]["object"]
    assert (created["key"], created["version-id"]) == ("models/a b+c.txt", version)


def _ask_after_job(topic: str) -> dict[str, Any]:
    given: dict[str, Any] = {"configuration": {"FunctionName": "opener"}, "inputArtifacts": [{"name": "Source"}]}
    custom = "#{codepipeline.PipelineExecutionId} #{Opened.Files}"
    approve = action("Manual", "Approve", 2, configuration={"NotificationArn": topic, "CustomData": custom})
    return stage("Ask", action("Lambda", "Open", namespace="Opened", **given), approve)


def _logged_jobs(cloud: Any) -> list[dict[str, Any]]:
    return [line["body"]["CodePipeline.job"] for line in _log(cloud) if line["kind"] == "job"]


def _log(cloud: Any) -> list[dict[str, Any]]:
    log = cloud.folder / "logs" / "events.jsonl"
    return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []


def _template(role: str, order: int) -> dict[str, Any]:
    declared = declaration(stage("Ask", action("Manual", "Approve", order)), name="made", roleArn=role)
    return {
        "Resources": {"Pipeline": {"Type": "AWS::CodePipeline::Pipeline", "Properties": _pascal_case(declared)}},
        "Outputs": {"Name": {"Value": {"Ref": "Pipeline"}}, "Version": {"Value": {"Fn::GetAtt": "Pipeline.Version"}}},
    }


def _pascal_case(value: Any) -> Any:
    if isinstance(value, list):
        return [_pascal_case(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {f"{key[0].upper()}{key[1:]}": _pascal_case(item) for key, item in value.items()}
