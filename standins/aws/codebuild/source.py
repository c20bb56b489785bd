"""Fetches what a build works on."""

import shutil
from typing import Any

from botocore.exceptions import ClientError

from standins.aws.codebuild import archives, buildspec
from standins.aws.codebuild.builds import Build
from standins.aws.codebuild.buildspec import Buildspec
from standins.aws.codebuild.errors import PhaseError
from standins.aws.codebuild.workspace import Workspace


def download(build: Build, s3: Any, space: Workspace) -> Buildspec:
    """Fetch all sources with the role's S3 client, and read the buildspec they or the project hold."""
    source = build.settings["source"]
    build.resolved_version = _fetch(s3, source, space, "src")
    for extra in build.settings["secondarySources"]:
        _fetch(s3, extra, space, space.secondary(extra["sourceIdentifier"]).name)
    return buildspec.parse(_text(source["buildspec"], space))


def _text(given: str, space: Workspace) -> str:
    if "\n" in given:
        return given
    if not (space.source / given).is_file():
        raise PhaseError("YAML_FILE_ERROR", f"{given} is not in the source; correct the project's buildspec path.")
    return (space.source / given).read_text()


def _fetch(s3: Any, source: dict[str, Any], space: Workspace, folder: str) -> str:
    """Unpack one source; its S3 version, if it has one."""
    if source["type"] == "NO_SOURCE":
        return ""
    if source["type"] != "S3":
        raise PhaseError("CLIENT_ERROR", f"The local AWS reads sources from S3, not from {source['type']}.")
    bucket, _, key = source["location"].removeprefix("arn:aws:s3:::").partition("/")
    try:
        answer = s3.get_object(Bucket=bucket, Key=key)
    except ClientError as error:
        raise PhaseError("CLIENT_ERROR", f"{error} (s3://{bucket}/{key})") from error
    archive = space.folder / f"{folder}.zip"
    with archive.open("wb") as target:
        shutil.copyfileobj(answer["Body"], target)
    archives.unpack(archive, space.folder / folder)
    return str(answer.get("VersionId", ""))
