"""Runs one command, and ends it and all it started as soon as the lifeline breaks.

The lifeline is a named pipe which the local AWS holds open for writing: when that process ends,
however it ends, reading the pipe returns. Use: python keeper.py LIFELINE-or-"" COMMAND...
The caller must start it in a process group of its own.
"""

import os
import signal
import subprocess
import sys
import threading


def main(arguments: list[str]) -> int:
    """Run the command and return its exit code."""
    lifeline, *command = arguments
    # The command may end politely; the keeper stays until it has. (A handler, unlike SIG_IGN, is not inherited.)
    signal.signal(signal.SIGTERM, lambda *_: None)
    if lifeline:
        threading.Thread(target=_end_with, args=(lifeline,), daemon=True).start()
    return subprocess.call(command)


def _end_with(lifeline: str) -> None:
    # Opening must not wait for a writer, reading must: a pipe that nobody holds any more is at its end.
    descriptor = os.open(lifeline, os.O_RDONLY | os.O_NONBLOCK)
    os.set_blocking(descriptor, True)
    os.read(descriptor, 1)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
