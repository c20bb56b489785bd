"""Pickles, under whatever name: to load one is to run the code in it."""

from __future__ import annotations

import io
import pickletools
import re

from slipway.models.text import damaged, shown
from slipway.uploads.validation.compression import Opaque, expanded
from slipway.uploads.validation.ranged import Ranged

SUFFIXES = (".pkl", ".pickle", ".joblib")
TORCH_SUFFIXES = (".pt", ".pth")
HEAD = 4096
CURE = "export the model as .onnx, or let the operators set AllowPickle"
_PROTOCOL = b"\x80"
_NAME = re.compile(r"[A-Za-z_][\w.]* [A-Za-z_][\w.]*", re.ASCII)
_IMPORTS = {"GLOBAL", "INST", "STACK_GLOBAL"}
_CALLS = {"REDUCE", "INST", "OBJ", "NEWOBJ", "NEWOBJ_EX", "BUILD"}
# What pickletools raises on bytes that are no pickle.
_FAILURES = (ValueError, LookupError, OverflowError, TypeError)


def of_that_suffix(name: str) -> bool:
    """Tell whether a name says that the file is a pickle, compressed or not, or PyTorch's."""
    plain = re.sub(r"\.(gz|bz2|xz|lzma|z|lz4)$", "", name.lower())
    return plain.endswith(SUFFIXES + TORCH_SUFFIXES)


def refusal(name: str) -> str:
    """Refuse what says itself that it is a pickle."""
    kind = "a PyTorch file with a pickle inside" if name.lower().endswith(TORCH_SUFFIXES) else "a pickle"
    return f"{shown(name)} is {kind}, which runs code when it is loaded: {CURE}."


def hidden(name: str, source: Ranged) -> list[str]:
    """Refuse what is a pickle without saying so."""
    try:
        content = expanded(source)
    except Opaque as opaque:
        return [f"{shown(name)} is {opaque} and may hide a pickle: upload it unpacked, {CURE}."]
    if content is not None and is_pickle(content):
        return [f"{shown(name)} is a compressed pickle, which runs code when it is loaded: {CURE}."]
    if is_pickle(source.head(HEAD)):
        return [f"{shown(name)} is a pickle under another name, which runs code when it is loaded: {CURE}."]
    return []


def problems(name: str, source: Ranged) -> list[str]:
    """Say why a file that is allowed to be a pickle is none."""
    try:
        content = expanded(source)
    except Opaque:
        return []
    head = source.head(HEAD) if content is None else content
    return [] if is_pickle(head) or _plain(head) else [damaged(name, "is no pickle")]


def is_pickle(head: bytes) -> bool:
    """Tell whether a file that begins like this is a pickle.

    One of protocol 2 and above says so. Older ones look like text, so they count only if they import and call
    something, without which they do no harm. joblib puts the bytes of arrays between the instructions, so that what
    follows an import need not make sense.
    """
    steps, valid = _steps(head)
    if head[:1] == _PROTOCOL:
        return head[1:2] in (b"\2", b"\3", b"\4", b"\5") and (valid or bool(steps & _IMPORTS))
    return bool(steps & _IMPORTS) and bool(steps & _CALLS)


def _plain(head: bytes) -> bool:
    """Tell whether it is a harmless pickle of an old protocol."""
    steps, valid = _steps(head)
    return valid and bool(steps)


def _steps(head: bytes) -> tuple[set[str], bool]:
    """Give the instructions of a pickle as far as they are there, and whether they make sense up to that point."""
    stream, seen, stack = io.BytesIO(head), set[str](), list[object]()
    try:
        for code, argument, _ in pickletools.genops(stream):
            if not _apply(code, argument, stack):
                return seen, False
            seen.add(code.name)
    except _FAILURES:
        return seen, stream.tell() == len(head)
    return seen, True


def _apply(code: pickletools.OpcodeInfo, argument: object, stack: list[object]) -> bool:
    """Do to the stack what an instruction does; False if it cannot be done."""
    if code.name in ("GLOBAL", "INST") and not _NAME.fullmatch(str(argument)):
        return False
    needs = [kind for kind in code.stack_before if kind is not pickletools.stackslice]
    if pickletools.markobject in needs:
        if pickletools.markobject not in stack:
            return False
        while stack.pop() is not pickletools.markobject:
            pass
        needs = needs[: needs.index(pickletools.markobject)]
    if len(stack) < len(needs):
        return False
    del stack[len(stack) - len(needs) :]
    stack.extend(code.stack_after)
    return True
