"""What a build is about, as the environment that the pipeline sets tells it."""

from __future__ import annotations

import os
from dataclasses import dataclass

from pipeline.errors import BuildError


@dataclass(frozen=True, slots=True)
class Order:
    """What to build; `manifest` is a key of the model bucket, `repository` the address of the image repository."""

    release: str
    candidate: str
    manifest: str
    commit: str
    model_bucket: str
    repository: str
    allow_looser: bool = False

    @property
    def is_upload(self) -> bool:
        """Whether an upload opened this release, and not a push of code or a way back."""
        return self.manifest == f"candidates/{self.release}.json"


def read() -> Order:
    """Return what to build, from the environment's variables; raises BuildError."""
    names = ("RELEASE", "CANDIDATE", "MANIFEST", "COMMIT", "MODEL_BUCKET", "REPOSITORY")
    missing = [name for name in names if not os.environ.get(name)]
    if missing:
        raise BuildError(f"{', '.join(missing)} must be set: the pipeline's BuildImage action and its project do.")
    allow_looser = os.environ.get("ALLOW_LOOSER_SUITES") == "true"
    values = {name.lower(): os.environ[name] for name in names}
    return Order(**values, allow_looser=allow_looser)
