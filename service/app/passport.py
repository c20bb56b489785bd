"""The passport: what exactly this service runs, for GET /version."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .errors import UnusableModel


def read_passport(path: Path, environment: Mapping[str, str]) -> dict[str, Any]:
    """Complete the image's passport.json with the release and the image's name.

    Both come from the environment: an image cannot contain its own digest, and may serve several releases.
    """
    try:
        baked = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    except ValueError as error:
        raise UnusableModel("passport.json is not valid JSON; build the image again.") from error
    return {"release": environment.get("RELEASE"), **baked, "image": environment.get("IMAGE")}
