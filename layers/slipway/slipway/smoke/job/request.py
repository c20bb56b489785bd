"""What a job of the pipeline asks for."""

from __future__ import annotations

import json
from dataclasses import dataclass

from slipway.models import Json


@dataclass(frozen=True, slots=True)
class SmokeTestRequest:
    """A run of a release's suite against the target at `url`; `token` continues one that was begun.

    Without a `url` nothing is run yet: what is about to be deployed is compared with what was tested.
    """

    job: str
    release: str
    target: str
    url: str = ""
    production_url: str = ""
    token: str = ""

    @classmethod
    def read(cls, job: Json) -> SmokeTestRequest:
        """Return what a pipeline job (the event's `CodePipeline.job`) asks for."""
        asked = json.loads(job["data"]["actionConfiguration"]["configuration"]["UserParameters"])
        return cls(
            job=job["id"],
            release=asked["release_id"],
            target=asked["target"],
            url=asked.get("url", ""),
            production_url=asked.get("production", ""),
            token=job["data"].get("continuationToken", ""),
        )
