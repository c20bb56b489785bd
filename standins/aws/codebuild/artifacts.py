"""Stores what a build leaves."""

from typing import Any

from botocore.exceptions import ClientError

from standins.aws.codebuild import archives
from standins.aws.codebuild.builds import Build
from standins.aws.codebuild.buildspec import Artifact, Buildspec
from standins.aws.codebuild.errors import PhaseError
from standins.aws.codebuild.logs import BuildLog
from standins.aws.codebuild.workspace import Workspace


def upload(build: Build, spec: Buildspec, s3: Any, space: Workspace, log: BuildLog) -> None:
    """Zip each artifact the build was asked for and put it where it was told, with the role's S3 client."""
    more = build.settings["secondaryArtifacts"]
    for wanted in (build.settings["artifacts"], *more):
        if wanted["type"] == "S3":
            _upload_one(_definition(spec, wanted, bool(more)), wanted, s3, space, log)
        elif wanted["type"] != "NO_ARTIFACTS":
            raise PhaseError("CLIENT_ERROR", f"The local AWS writes artifacts to S3, not {wanted['type']}.")


def _definition(spec: Buildspec, wanted: dict[str, Any], several: bool) -> Artifact:
    """The buildspec's artifact; with several, each one is named below secondary-artifacts, the first too."""
    name = wanted.get("artifactIdentifier", "")
    found = spec.secondary.get(name) if several else spec.artifact or spec.secondary.get(name)
    if found is None:
        raise PhaseError("CLIENT_ERROR", f"The buildspec defines no artifact {name}; add it there.")
    return found


def _upload_one(artifact: Artifact, wanted: dict[str, Any], s3: Any, space: Workspace, log: BuildLog) -> None:
    archive = space.folder / f"artifact-{wanted.get('artifactIdentifier', '')}.zip"
    archives.pack(archive, artifact, space.source)
    bucket = wanted["location"]
    key = "/".join(part for part in (wanted.get("path", "").strip("/"), wanted["name"]) if part)
    log.say(f"Uploading {archive.stat().st_size} bytes to s3://{bucket}/{key}")
    try:
        s3.put_object(Bucket=bucket, Key=key, Body=archive.read_bytes())
    except ClientError as error:
        raise PhaseError("CLIENT_ERROR", f"{error} (s3://{bucket}/{key})") from error
