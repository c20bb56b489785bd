"""`python -m bench [SECTION …]`: measures what is named, or everything; the figures are for reading."""

from __future__ import annotations

import sys

from bench import cold_start, cost, fetch, service, smoke, uploads

SECTIONS = {
    "cold_start": cold_start.main,
    "cost": cost.main,
    "fetch": fetch.main,
    "service": service.main,
    "smoke": smoke.main,
    "uploads": uploads.main,
}


def main() -> None:
    """Measure one section after the other."""
    wanted = sys.argv[1:] or list(SECTIONS)
    if unknown := [name for name in wanted if name not in SECTIONS]:
        sys.exit(f"There is no section {', '.join(unknown)}: choose from {', '.join(SECTIONS)}.")
    for name in wanted:
        SECTIONS[name]()


if __name__ == "__main__":
    main()
