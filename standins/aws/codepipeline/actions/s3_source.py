"""The S3 source: a zip file in a versioned bucket."""

from standins.aws.codepipeline.actions import ActionFailed, Work
from standins.aws.codepipeline.records import Outcome, Revision


def run(work: Work) -> Outcome:
    """Copy the newest version of the object, or the one that the execution is pinned to, into the output artifact."""
    bucket, key = work.configuration["S3Bucket"], work.configuration["S3ObjectKey"]
    s3 = work.role.client("s3")
    if s3.get_bucket_versioning(Bucket=bucket).get("Status") != "Enabled":
        raise ActionFailed(f"The bucket {bucket} is not versioned.", "ConfigurationError")
    pinned = work.run.execution.pinned.get(work.run.action.name)
    answer = s3.get_object(Bucket=bucket, Key=key, **({"VersionId": pinned} if pinned else {}))
    place = next(iter(work.run.outputs.values()))
    s3.put_object(Bucket=place.bucket, Key=place.key, Body=answer["Body"].read(), ContentType="application/zip")
    version = str(answer["VersionId"])
    summary = f"Amazon S3 version id: {version}"
    return Outcome(
        summary=summary,
        external_id=version,
        variables={"BucketName": bucket, "ETag": answer["ETag"].strip('"'), "ObjectKey": key, "VersionId": version},
        revision=Revision(version, summary),
    )
