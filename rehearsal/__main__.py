"""`python -m rehearsal`: play a release story on the local AWS."""

import sys


def run() -> "int | str":
    """Check the Python before anything is imported that an older one could not even read."""
    if sys.version_info[:2] != (3, 13):
        found = ".".join(str(number) for number in sys.version_info[:2])
        return "This is Python " + found + "; install Python 3.13, delete .venv, then make rehearse again."
    from rehearsal.interruption import Interruption

    # Importing the rest takes a moment, in which Ctrl-C must be noted already.
    interruption = Interruption.watched()
    from rehearsal.command import main

    return main(sys.argv[1:], interruption)


if __name__ == "__main__":
    sys.exit(run())
