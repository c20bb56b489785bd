"""The CodeConnections source: instead of a repository far away it takes a folder of this machine."""

import hashlib
import io
import json
import os
import subprocess
import zipfile
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from standins.aws.codepipeline.actions import ActionFailed, Work
from standins.aws.codepipeline.records import Outcome, Revision
from standins.aws.undocumented import sometimes
from standins.connections import available
from standins.folders import folders as run_folders

GIT_SECONDS = 30
PROVIDER = "GitHubEnterpriseServer"  # one of whose pages nobody knows the address
MESSAGE = 1000  # characters, so that the summary is never cut
NOT_SOURCE = frozenset({".git", ".venv", ".cache", ".aws-sam"})
COMMIT_FIELDS = {"CommitId": "%H", "CommitMessage": "%B", "AuthorDate": "%aI"}
# Seen in other people's pipelines, and in no documentation.
UNDOCUMENTED_FIELDS = {"AuthorEmail": "%ae", "AuthorDisplayName": "%an", "AuthorId": "%an"}


def run(work: Work) -> Outcome:
    """Zip the source folder into the output artifact; the commit is an output variable, as on AWS."""
    connection = work.configuration["ConnectionArn"]
    # The permission is named after the service in the ARN: codeconnections, or codestar-connections as it was.
    work.require(f"{connection.split(':')[2]}:UseConnection", connection)
    if not available(connection):
        raise ActionFailed(f"Connection {connection} is not available.", "ConfigurationError")
    if work.run.action.name in work.run.execution.pinned:
        return _again(work)
    folder = Path(os.environ.get("STANDINS_SOURCE", ".")).resolve()
    archive = zipped(folder, sorted(source_files(folder)))
    _put(work, archive)
    commit = describe_commit(folder) or _no_commit(archive)
    return Outcome(
        summary=summary_of(commit),
        external_id=commit["CommitId"],
        variables=documented_variables(commit, work.configuration) | undocumented_variables(folder, sometimes),
        revision=Revision(commit["CommitId"], summary_of(commit) if sometimes() else commit["CommitMessage"][:MESSAGE]),
    )


def documented_variables(commit: Mapping[str, str], configuration: Mapping[str, str]) -> dict[str, str]:
    """The output variables in the reference of the action: those of the commit, and what the action was told."""
    return {
        **{name: commit[name] for name in COMMIT_FIELDS},
        "BranchName": configuration["BranchName"],
        "FullRepositoryName": configuration["FullRepositoryId"],
        "ConnectionArn": configuration["ConnectionArn"],
    }


def undocumented_variables(folder: Path, happens: Callable[[], bool]) -> dict[str, str]:
    """Further output variables, all or none of them; empty where there is no commit."""
    shown = _shown(folder, UNDOCUMENTED_FIELDS) if happens() else None
    return {**shown, "ProviderType": PROVIDER} if shown else {}


def _again(work: Work) -> Outcome:
    """Take a commit that an earlier execution took: the folder has no other ones, so that those are all there are."""
    name = work.run.action.name
    earlier = work.run.execution.taken.get(name)
    if earlier is None:
        commit = work.run.execution.pinned[name]
        raise ActionFailed(f"The repository has no commit {commit}, or none that was released.", "ConfigurationError")
    place = next(iter(earlier.outputs.values()))
    _put(work, work.role.client("s3").get_object(Bucket=place.bucket, Key=place.key)["Body"].read())
    return earlier.outcome


def _put(work: Work, archive: bytes) -> None:
    place = next(iter(work.run.outputs.values()))
    work.role.client("s3").put_object(Bucket=place.bucket, Key=place.key, Body=archive, ContentType="application/zip")


def source_files(folder: Path) -> Iterator[Path]:
    """The files git tracks or would track; without git all but caches and builds."""
    listed = _git(folder, "ls-files", "-co", "--exclude-standard", "-z")
    if listed is None:
        yield from _walk(folder)
        return
    for name in listed.split("\0"):
        if name and (folder / name).is_file():
            yield folder / name


def zipped(folder: Path, files: list[Path]) -> bytes:
    """Pack files under their paths relative to the folder, executable bits included."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as archive:
        for file in files:
            archive.write(file, file.relative_to(folder))
    return packed.getvalue()


def describe_commit(folder: Path) -> dict[str, str] | None:
    """What HEAD is, by the names of the action's output variables; None where there is no commit."""
    return _shown(folder, COMMIT_FIELDS)


def summary_of(commit: Mapping[str, str]) -> str:
    """Tell of a commit as connections were seen to do, in JSON; the documentation speaks of the message alone."""
    told = {"ProviderType": PROVIDER, "CommitMessage": commit["CommitMessage"][:MESSAGE]}
    return json.dumps(told, ensure_ascii=False)


def _no_commit(archive: bytes) -> dict[str, str]:
    """Stand in for a commit where there is no git, so that a release still has one to name."""
    return {
        "CommitId": hashlib.sha1(archive, usedforsecurity=False).hexdigest(),
        "CommitMessage": "Uncommitted files",
        "AuthorDate": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _shown(folder: Path, fields: Mapping[str, str]) -> dict[str, str] | None:
    """Read what git knows of HEAD, by formats of `git show`."""
    shown = _git(folder, "show", "--no-patch", f"--format={'%x00'.join(fields.values())}", "HEAD")
    if shown is None:
        return None
    return {name: value.strip() for name, value in zip(fields, shown.split("\0"), strict=True)}


def _git(folder: Path, *arguments: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments],
            capture_output=True,
            check=True,
            text=True,
            timeout=GIT_SECONDS,
        )
    except (FileNotFoundError, subprocess.CalledProcessError):
        return None
    return done.stdout


def _walk(folder: Path) -> Iterator[Path]:
    run = run_folders().run
    for parent, folders, names in folder.walk():
        folders[:] = [name for name in folders if name not in NOT_SOURCE and parent / name != run]
        yield from (parent / name for name in names)
