"""Plays the timer that the hook bring_samples.sh sets up: the script beside it, with the instance's credentials."""

import io
import os
import zipfile
from pathlib import Path

from standins import processes
from standins.aws import registry, roles
from standins.aws.elasticbeanstalk.bundle import Bundle
from standins.folders import folders

_SCRIPT, _BUCKET = ".platform/upload_samples.sh", ".platform/samples_bucket"
_EVERY = 3  # seconds; five minutes on an instance


def bring(folder: Path, bundle: Bundle, role: roles.RoleSession, instance: int) -> None:
    """Run the bundle's script, if it has one, again and again until the process `instance` has ended.

    `folder` is where the container samples to. What the script says is in the log `sampled_requests.log`.
    """
    with zipfile.ZipFile(io.BytesIO(bundle.content)) as archive:
        if _SCRIPT not in archive.namelist():
            return
        home = folder.with_name("upload-samples")
        home.mkdir(exist_ok=True)
        (home / "script").write_bytes(archive.read(_SCRIPT))
        bucket = archive.read(_BUCKET).decode()
    environment = {
        "PATH": f"{os.environ.get('STANDINS_TOOLS', '')}:/usr/local/bin:/usr/bin:/bin",
        "AWS_DEFAULT_REGION": registry.region(),
        "SAMPLES_FOLDER": str(folder),
        "SAMPLES_BUCKET": bucket,
        "CACHE_DIRECTORY": str(home),
    }
    timer = ["bash", "-c", f"while sleep {_EVERY}; do bash ./script; done"]
    with (folders().logs / "sampled_requests.log").open("ab") as log:
        processes.start(timer, instance, cwd=home, env=environment | role.environment(), stdout=log)
