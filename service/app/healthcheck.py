"""`python -m app.healthcheck`: the container's HEALTHCHECK, because the slim image has no curl."""

import os
import sys
from http.client import HTTPConnection, HTTPException


def main() -> None:
    """End with 1 unless /health answers 200."""
    try:
        connection = HTTPConnection("127.0.0.1", int(os.environ.get("PORT", "8080")), timeout=2)
        connection.request("GET", "/health")
        healthy = connection.getresponse().status == 200
    except (OSError, HTTPException):
        healthy = False
    sys.exit(0 if healthy else 1)


if __name__ == "__main__":
    main()
