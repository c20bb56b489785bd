"""Which process groups descend from a process: a child of a child may have opened a group of its own."""

import os
import subprocess
from pathlib import Path


def descendant_groups(ancestor: int) -> set[int]:
    """The groups of all living descendants of a process, never our own."""
    table = _process_table()
    family = {ancestor}
    grown = True
    while grown:
        children = {pid for pid, (parent, _) in table.items() if parent in family} - family
        family |= children
        grown = bool(children)
    return {table[pid][1] for pid in family if pid in table} - {os.getpgrp()}


def _process_table() -> dict[int, tuple[int, int]]:
    """Every process with its parent and its group."""
    rows = _from_proc() if Path("/proc/self/stat").exists() else _from_ps()
    return {pid: (parent, group) for pid, parent, group in rows}


def _from_proc() -> list[tuple[int, int, int]]:
    rows = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                # The name in brackets may hold spaces and brackets itself; state, parent and group follow.
                _, parent, group, *_ = (folder / "stat").read_text(errors="replace").rpartition(")")[2].split()
            except (OSError, ValueError):
                continue
            rows.append((int(folder.name), int(parent), int(group)))
    return rows


def _from_ps() -> list[tuple[int, int, int]]:
    command = ["ps", "-A", "-o", "pid=,ppid=,pgid="]
    listing = subprocess.run(command, check=True, capture_output=True, text=True, timeout=10).stdout
    return [(int(pid), int(parent), int(group)) for pid, parent, group in map(str.split, listing.splitlines())]
