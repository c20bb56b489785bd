"""What the templates promise about what holds data, and about exceptions from checks."""

from __future__ import annotations

from typing import Any

import pytest
from cfnlint.decode import cfn_yaml

from tests.support.templates import (
    PIPELINE,
    ROOT,
    ROOT_TEMPLATE,
    resources,
    statements,
)


@pytest.mark.parametrize(
    ("name", "template"),
    [
        (name, template)
        for template in (ROOT_TEMPLATE, PIPELINE)
        for name, one in template.items()
        if one["Type"] == "AWS::S3::Bucket"
    ],
)
def test_a_bucket_is_private_and_takes_no_plain_http(name: str, template: dict[str, Any]) -> None:
    """Its policy denies whatever does not come by TLS, and nothing can make it public."""
    assert set(template[name]["Properties"]["PublicAccessBlockConfiguration"].values()) == {True}
    policies = [
        one["Properties"]
        for one in template.values()
        if one["Type"] == "AWS::S3::BucketPolicy" and one["Properties"]["Bucket"] == {"Ref": name}
    ]
    (tls,) = [one for policy in policies for one in statements(policy) if one["Sid"] == "TransportIsEncrypted"]
    assert (tls["Effect"], tls["Principal"], tls["Action"]) == ("Deny", "*", "s3:*")
    assert tls["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_a_queue_is_encrypted() -> None:
    """By SQS's own keys or by a key of its own; checkov knows the second only."""
    queues = resources("template.yaml", "AWS::SQS::Queue")
    assert queues
    assert [
        name for name, one in queues.items() if not (one.get("SqsManagedSseEnabled") or "KmsMasterKeyId" in one)
    ] == []


@pytest.mark.parametrize("template", ["template.yaml", "pipeline/template.yaml"])
def test_an_exception_for_checkov_has_a_reason(template: str) -> None:
    """Of the whole template, or of one resource."""
    content = cfn_yaml.load(str(ROOT / template))
    exceptions = [
        one
        for holder in (content, *content["Resources"].values())
        for one in holder.get("Metadata", {}).get("checkov", {}).get("skip", [])
    ]
    assert exceptions
    assert [one for one in exceptions if len(one.get("comment", "").split()) < 4] == []


def test_the_model_bucket_keeps_versions_and_tells_of_them() -> None:
    """A candidate is a set of versions, and an upload that nobody hears of is never released."""
    bucket = ROOT_TEMPLATE["ModelBucket"]["Properties"]
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert bucket["NotificationConfiguration"]["EventBridgeConfiguration"]["EventBridgeEnabled"] is True


def test_sampled_requests_expire_also_when_none_are_sampled_any_more() -> None:
    """Their former versions are content of users, too."""
    rules = ROOT_TEMPLATE["ModelBucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    assert {
        "Id": "samples",
        "Status": "Enabled",
        "Prefix": "samples/",
        "ExpirationInDays": {"Ref": "SampleRetentionDays"},
        "NoncurrentVersionExpiration": {"NoncurrentDays": 1},
    } in rules


@pytest.mark.parametrize(
    ("sid", "action", "role"),
    [
        ("OnlyTheSmokeTestReadsSamples", "s3:GetObject*", "SmokeTestRole.Arn"),
        ("OnlyInstancesBringSamples", ["s3:PutObject*", "s3:ReplicateObject"], "Pipeline.Outputs.InstanceRole"),
    ],
)
def test_sampled_requests_are_between_the_instances_and_the_smoke_test(sid: str, action: object, role: str) -> None:
    """Whoever may read or write models may not read or write what users asked."""
    policy = ROOT_TEMPLATE["ModelBucketPolicy"]["Properties"]
    (one,) = [each for each in statements(policy) if each["Sid"] == sid]
    assert (one["Effect"], one["Principal"], one["Action"]) == ("Deny", "*", action)
    assert one["Resource"] == {"Fn::Sub": "${ModelBucket.Arn}/samples/*"}
    assert one["Condition"] == {"ArnNotLike": {"aws:PrincipalArn": {"Fn::GetAtt": role.split(".", 1)}}}


KEY = "{'Ref': 'KmsKeyArn'}"


KEYED = {
    "AWS::S3::Bucket": "BucketEncryption",
    "AWS::DynamoDB::Table": "SSESpecification",
    "AWS::SNS::Topic": "KmsMasterKeyId",
    "AWS::SQS::Queue": "KmsMasterKeyId",
    "AWS::Logs::LogGroup": "KmsKeyId",
    "AWS::SecretsManager::Secret": "KmsKeyId",
    "AWS::CodeBuild::Project": "EncryptionKey",
    "AWS::CodePipeline::Pipeline": "ArtifactStore",
}


@pytest.mark.parametrize(
    ("kind", "properties"),
    [
        pytest.param(one["Type"], one["Properties"], id=name)
        for template in (ROOT_TEMPLATE, PIPELINE)
        for name, one in template.items()
        if one["Type"] in KEYED
    ],
)
def test_what_holds_data_takes_the_operator_s_key(kind: str, properties: dict[str, Any]) -> None:
    """With the condition that there is one: AWS's own keys otherwise."""
    text = str(properties[KEYED[kind]])
    assert KEY in text
    assert "'UseKey'" in text
