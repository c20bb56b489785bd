"""The AWS managed policies that Beanstalk's roles carry, which MiniStack lacks: their parts that matter here."""

import json
from typing import Any

from ministack.services import iam

_BUCKETS = ["arn:aws:s3:::elasticbeanstalk-*", "arn:aws:s3:::elasticbeanstalk-*/*"]
_WEB_TIER = {
    "BucketAccess": (["s3:Get*", "s3:List*", "s3:PutObject"], _BUCKETS),
    "XRayAccess": (["xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSampling*"], ["*"]),
    "CloudWatchLogsAccess": (
        ["logs:PutLogEvents", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:DescribeLogGroups"],
        ["arn:aws:logs:*:*:log-group:/aws/elasticbeanstalk*"],
    ),
    "ElasticBeanstalkHealthAccess": (["elasticbeanstalk:PutInstanceStatistics"], ["*"]),
}
_HEALTH = {
    "Observe": (
        [
            "autoscaling:Describe*",
            "ec2:Describe*",
            "elasticloadbalancing:Describe*",
            "sqs:GetQueueAttributes",
            "sqs:GetQueueUrl",
        ],
        ["*"],
    ),
}
_UPDATES = {
    "ElasticBeanstalkPermissions": (["elasticbeanstalk:*"], ["*"]),
    "S3Permissions": (["s3:GetObject", "s3:PutObject", "s3:ListBucket"], _BUCKETS),
}
_WORKER = {
    "QueueAccess": (
        ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:ReceiveMessage", "sqs:SendMessage"],
        ["*"],
    ),
    "BucketAccess": (["s3:Get*", "s3:List*", "s3:PutObject"], _BUCKETS),
}
_MULTICONTAINER = {
    "ECSAccess": (
        [
            "ecs:Poll",
            "ecs:StartTask",
            "ecs:StopTask",
            "ecs:DiscoverPollEndpoint",
            "ecs:StartTelemetrySession",
            "ecs:RegisterContainerInstance",
            "ecs:DeregisterContainerInstance",
            "ecs:DescribeContainerInstances",
            "ecs:Submit*",
            "ecs:DescribeTasks",
        ],
        ["*"],
    )
}
_SERVICE = {
    "AllowCloudformationOperationsOnElasticBeanstalkStacks": (
        ["cloudformation:*"],
        ["arn:aws:cloudformation:*:*:stack/awseb-*", "arn:aws:cloudformation:*:*:stack/eb-*"],
    ),
    "AllowS3OperationsOnElasticBeanstalkBuckets": (["s3:*"], _BUCKETS),
}
_POLICIES = {
    "AWSElasticBeanstalkWebTier": _WEB_TIER,
    "AWSElasticBeanstalkWorkerTier": _WORKER,
    "AWSElasticBeanstalkMulticontainerDocker": _MULTICONTAINER,
    "service-role/AWSElasticBeanstalkEnhancedHealth": _HEALTH,
    "service-role/AWSElasticBeanstalkService": _SERVICE,
    "AWSElasticBeanstalkManagedUpdatesCustomerRolePolicy": _UPDATES,
}


def install() -> None:
    """Let roles be attached to them."""
    for name, statements in _POLICIES.items():
        record = iam._make_aws_managed_record(name, json.dumps(_document(statements)))
        iam._aws_managed_policies[record["Arn"]] = record


def _document(statements: dict[str, tuple[list[str], list[str]]]) -> dict[str, Any]:
    listed = [
        {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resources}
        for sid, (actions, resources) in statements.items()
    ]
    return {"Version": "2012-10-17", "Statement": listed}
