"""Where Beanstalk keeps source bundles: checked when a version is made, copied when it is deployed."""

from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from standins.aws import registry, roles
from standins.aws.elasticbeanstalk.bundle import LARGEST, Bundle
from standins.aws.elasticbeanstalk.compose import BundleError
from standins.aws.elasticbeanstalk.environment import Environment
from standins.aws.elasticbeanstalk.records import Version
from standins.aws.wire import AwsError


def check(bucket: str, key: str) -> None:
    """Refuse a bundle that is missing or too large."""
    try:
        size = _own_client().head_object(Bucket=bucket, Key=key)["ContentLength"]
    except ClientError as error:
        reason = f"Unable to download from S3 location (Bucket: {bucket}  Key: {key}). Reason: Not Found"
        raise AwsError("InvalidParameterCombination", reason) from error
    if size > LARGEST:
        reason = f"The source bundle has {size} bytes; at most {LARGEST} are allowed. Ship the model in the image."
        raise AwsError("InvalidParameterValue", reason)


def fetch(environment: Environment, version: Version, instance: roles.RoleSession) -> Bundle:
    """Copy the bundle into Beanstalk's own bucket and read it from there as the instance."""
    bucket = f"elasticbeanstalk-{registry.region()}-{registry.account()}"
    folder = f"resources/environments/{environment.id}/_runtime/_versions"
    key = f"{folder}/{version.application}/{version.label}"
    source = {"Bucket": version.bucket, "Key": version.key}
    try:
        own = _own_client()
        own.create_bucket(Bucket=bucket)
        own.copy_object(Bucket=bucket, Key=key, CopySource=source)
        answer = instance.client("s3").get_object(Bucket=bucket, Key=key)
    except (ClientError, BotoCoreError) as error:
        raise BundleError(f"The instance cannot read s3://{bucket}/{key}: {error}") from error
    return Bundle.read(answer["Body"].read())


def _own_client() -> Any:
    # AWS acts with its caller's forwarded permissions; a request here carries none, so the root key acts.
    root = boto3.Session("test", "test", region_name=registry.region())
    return root.client("s3", endpoint_url=roles.gateway(), config=roles.HTTP)
