"""`python -m app`: load the model, then listen on HOST and PORT until a signal ends it.

HEALTH_LOG names the folder for the health agent's log, if there is one; SAMPLES_FOLDER that for SAMPLE_PERCENT of the
requests, with the content of SAMPLE_FIELDS.
"""

import os
import sys
from pathlib import Path

import uvicorn

from .classifier import load_classifier
from .errors import UnusableModel
from .health_log import HealthLog
from .passport import read_passport
from .samples import read_samples
from .web import create_app

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Serve the candidate in `model/`; without a usable one end with the reason."""
    try:
        classifier = load_classifier(ROOT / "model")
        app = create_app(classifier, read_passport(ROOT / "passport.json", os.environ), read_samples(os.environ))
    except UnusableModel as error:
        sys.exit(f"The service cannot start: {error}")
    folder = os.environ.get("HEALTH_LOG")
    uvicorn.run(
        HealthLog(app, Path(folder)) if folder else app,
        host=os.environ.get("HOST", "127.0.0.1"),
        port=int(os.environ.get("PORT", "8080")),
        server_header=False,
        timeout_graceful_shutdown=10,
    )


if __name__ == "__main__":
    main()
