"""Errors of runtimes, as a person can use them."""

import re

# Such as `[ONNXRuntimeError] : 1 : FAIL : Load model from model.onnx failed:/src/model.cc:256 onnxruntime::f(int) `.
PREAMBLE = re.compile(
    r"\[ONNXRuntimeError\] : \d+ : \w+ : |Load model from .*? failed:|\S+\.(?:cc|h):\d+ (?:[^()]*\([^()]*\)|\S+) "
    # Such as `Exception from src/inference/src/cpp/core.cpp:126:` and `Check 'x' failed at src/frontends/y.cpp:12:`.
    r"|Exception from \S+:\d+:\s*|Check '[^']*' failed at \S+:\d+:\s*"
)
FOLDERS = re.compile(r"(?<![\w.:/])/(?:[^/\s\"']+/)+")


def plain(text: str) -> str:
    """Return the first line of an error's text, without its codes, its sources, and folders of ours."""
    lines = [line for line in PREAMBLE.sub("", text).strip().splitlines() if line.strip()] or ["no reason given"]
    return FOLDERS.sub("", lines[0]).strip().rstrip(".")
