"""Runs one command, and kills it and all it started as soon as another process, the owner, has ended.

Use: python supervisor.py OWNER-PID-or-"" COMMAND...
The caller must start it in a process group of its own.
"""

import os
import signal
import subprocess
import sys
import threading
import time

import psutil

INTERVAL = 0.1


def main(arguments: list[str]) -> int:
    """Run the command and return its exit code."""
    owner, *command = arguments
    # The command may end politely; the supervisor stays until it has. (A handler, unlike SIG_IGN, is not inherited.)
    signal.signal(signal.SIGTERM, lambda *_: None)
    if owner:
        threading.Thread(target=_end_with, args=(int(owner),), daemon=True).start()
    return subprocess.call(command)


def _end_with(owner: int) -> None:
    try:
        process = psutil.Process(owner)
        # is_running() knows a reused number by its start; a zombie counts as running there, so its status is asked.
        while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
            time.sleep(INTERVAL)
    except psutil.NoSuchProcess:
        pass
    finally:
        os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
