"""What the health agent of an instance makes of the log of requests."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

# AWS tells that a very high share of failures is Severe, and not how high that is.
SEVERE = 50.0  # percent
_LINE = re.compile(r'(\d+(?:\.\d+)?)"([^"]*)"(\d{3})"([\d.]*)"([\d.]*)"([^"]*)')
_HOUR = 3600  # seconds


def failing(folder: Path, since: float) -> float:
    """Return the percentage of the requests since a time (Unix) that ended with 5xx; 0 if none is logged.

    Only lines of the documented format in the files of this hour and the last count.
    """
    found = list(_statuses(folder, since))
    return 100 * sum(status >= 500 for status in found) / len(found) if found else 0.0


def _statuses(folder: Path, since: float) -> Iterator[int]:
    hours = {time.strftime("%Y-%m-%d-%H", time.gmtime(time.time() - ago)) for ago in (0, _HOUR)}
    for hour in sorted(hours):
        log = folder / f"application.log.{hour}"
        for line in log.read_text(errors="replace").splitlines() if log.exists() else ():
            if (match := _LINE.fullmatch(line)) and float(match[1]) >= since:
                yield int(match[3])
