"""`python -m pipeline.build`: the whole build of a release, told by the environment that the pipeline sets."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import boto3
import yaml
from botocore.exceptions import BotoCoreError, ClientError

from pipeline import declaration, fetch, manifest, order, passport, suite_of_record
from pipeline.docker import build as build_image
from pipeline.errors import BuildError
from pipeline.order import Order
from pipeline.passport import Passport
from pipeline.probe import probe
from pipeline.registry import Repository
from slipway.errors import SuiteInvalid
from slipway.smoke.suite import assembly
from slipway.uploads import service_file
from slipway.uploads.service_file import ServiceFile
from slipway.uploads.validation.accepted import Accepted

SERVICE = Path("service")
OUTPUT = Path("output")
PLATFORM = Path(__file__).with_name("platform")
BUILT = "built-"  # the beginning of the tags whose images the lifecycle policy deletes, the newest excepted
HEALTH_LOG = "/var/log/healthd"  # of the container: the folder that the health agent reads on the instance
SAMPLES = "/var/samples"  # of the container: the folder whose content the instance brings to the model bucket


def build(wanted: Order) -> str:
    """Fetch and verify a candidate, build its image, write the artifacts, and return the image by its digest."""
    declared = declaration.read(SERVICE, os.environ.get("ACCEPTED_FORMATS", ""))
    model, client = SERVICE / "model", fetch.client()
    frozen = manifest.read(client, wanted.model_bucket, wanted.manifest, wanted.candidate)
    sha256 = fetch.fetch(client, wanted.model_bucket, frozen.files, model)
    digest = manifest.verified_digest(frozen, sha256)
    content = passport.of_content(frozen, wanted.commit, sha256)
    (SERVICE / "passport.json").write_text(json.dumps(content, indent=2))
    # The same content from the same commit is the same image, and nothing else has its tag.
    image, served = _image(Repository(wanted.repository), f"{digest}-{wanted.commit}", content, declared)
    complete = passport.of_release(served, wanted.release, image)
    write_bundle(OUTPUT / "bundle", complete, declared.port, wanted.model_bucket)
    kept = suite_of_record.fetch(client, wanted.model_bucket, frozen.model, SERVICE / "suite", Path("record"))
    assemble_suite(wanted, kept, model, declared.suite)
    (OUTPUT / "suite" / "passport.json").write_text(json.dumps(complete, indent=2))
    return image


def assemble_suite(wanted: Order, kept: Path, model: Path, defaults: dict[str, Any]) -> None:
    """Write the release's suite, from the suite of record and the candidate's own, to the artifact.

    What was loosened for one release is not inherited by another: a push of code releases a model with the suite of
    record alone, unless the model's own only tightens it.
    """
    if wanted.is_upload:
        assembly.assemble(kept, model, OUTPUT / "suite", allow_looser=wanted.allow_looser, defaults=defaults)
        return
    try:
        assembly.assemble(kept, model, OUTPUT / "suite", defaults=defaults)
    except SuiteInvalid as error:
        print(f"The model's own suite is left out: {error}", flush=True)
        assembly.assemble(kept, OUTPUT / "nothing", OUTPUT / "suite", defaults=defaults)


def _image(repository: Repository, tag: str, content: Passport, declared: ServiceFile) -> tuple[str, Passport]:
    """Return an image by its digest and the passport in it: built and pushed now, or built before and pulled.

    Either is started and asked before it is used.
    """
    # Images of before had no prefix; the lifecycle policy leaves those alone.
    if known := repository.digest(BUILT + tag) or repository.digest(tag):
        image = f"{repository.uri}@{known}"
        print(f"{tag} was built before: {image}", flush=True)
        repository.keep(image)  # it may be the oldest that the lifecycle policy has left
        repository.pull(image)
        return image, probe(image, content, declared)
    tagged = f"{repository.uri}:{BUILT}{tag}"
    build_image(SERVICE, tagged, build_arguments(declared, content))
    served = probe(tagged, content, declared)
    return f"{repository.uri}@{repository.push(BUILT + tag)}", served


def build_arguments(declared: ServiceFile, content: Passport) -> dict[str, str]:
    """Return the build arguments of an image: the `FORMAT` of its model, if that is one of those that are declared."""
    name = Accepted(declared.accepts).model_format(file["path"] for file in content["files"])
    return {"FORMAT": name} if name else {}


def write_bundle(folder: Path, complete: Passport, port: int, bucket: str) -> None:
    """Write the bundle that Beanstalk deploys: the image by its digest, its settings, and the platform hooks.

    The hosts bring sampled requests to `bucket`.
    """
    folders = {"HEALTH_LOG": HEALTH_LOG, "SAMPLES_FOLDER": SAMPLES}
    web = {
        "image": complete["image"],
        "ports": [f"80:{port}"],
        "volumes": [f"/var/log/nginx/healthd:{HEALTH_LOG}", f"/var/opt/slipway-samples:{SAMPLES}"],
        "env_file": [".env"],  # Beanstalk writes the environment's properties into it
        "environment": service_file.variables(complete) | folders,
        "restart": "always",
    }
    shutil.copytree(PLATFORM, folder / ".platform", dirs_exist_ok=True)
    (folder / ".platform" / "samples_bucket").write_text(bucket)
    (folder / "docker-compose.yml").write_text(yaml.safe_dump({"services": {"web": web}}, sort_keys=False))


def leave_word(wanted: Order, why: str) -> None:
    """Store why the build failed where the release's card finds it: CodePipeline only learns which command failed."""
    key = f"evidence/{wanted.release}/build.txt"
    try:
        boto3.client("s3").put_object(Bucket=wanted.model_bucket, Key=key, Body=why.encode(), ContentType="text/plain")
    except (ClientError, BotoCoreError) as error:
        print(f"The reason could not be left at {key}: {error}", file=sys.stderr)


def main() -> None:
    """Build a release; if that fails, print and store why, and exit with 1."""
    try:
        wanted = order.read()
    except BuildError as error:
        sys.exit(f"The build cannot begin: {error}")
    try:
        print(f"built {build(wanted)}")
    except (BuildError, SuiteInvalid, OSError) as error:
        # S3 takes names that disks do not: `a` beside `a/b`, and very long ones.
        leave_word(wanted, str(error))
        sys.exit(f"The build failed: {error}")


if __name__ == "__main__":
    main()
