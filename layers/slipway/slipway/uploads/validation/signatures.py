"""What a file is by its first bytes, in words, whatever its name says."""

from __future__ import annotations

from slipway.uploads.validation.ranged import Ranged

GIT_LFS = "a Git LFS pointer"
LONGEST_POINTER = 1024  # bytes, by Git LFS's own specification
_STARTS = {
    **dict.fromkeys((b"\x80\2", b"\x80\3", b"\x80\4", b"\x80\5"), "a pickle"),
    b"\x89HDF\r\n\x1a\n": "an HDF5 file",
    b"PK\x03\x04": "a zip archive",
    b"PK\x05\x06": "an empty zip archive",
    b"\x93NUMPY": "a NumPy array",
    b"\x1f\x8b": "a gzip archive",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ\0": "an xz archive",
    b"7z\xbc\xaf\x27\x1c": "a 7z archive",
    b"Rar!\x1a\x07": "a RAR archive",
    b"\x28\xb5\x2f\xfd": "a Zstandard archive",
    b"\x89PNG\r\n\x1a\n": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"%PDF-": "a PDF document",
    b"\x7fELF": "a Linux program",
    b"MZ": "a Windows program",
    b"GGUF": "a GGUF model",
    b"#!": "a script",
    b"version https://git-lfs.github.com/": GIT_LFS,
}
_MARKUP = {
    b"<!doctype html": "a web page",
    b"<html": "a web page",
    b"<?xml": "an XML document",
    b"<error>": "an XML document",
}


def is_pointer(source: Ranged) -> bool:
    """Return whether a file is a Git LFS pointer."""
    return kind(source.head(64)) == GIT_LFS


def kind(head: bytes) -> str:
    """Return what a file is by its first bytes, such as `a safetensors file`; empty if that is not known."""
    if head[4:8] == b"TFL3":
        return "a TensorFlow Lite model"
    if len(head) > 9 and head[8:9] == b"{" and not any(head[4:8]):
        return "a safetensors file"
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    found = next((word for start, word in _STARTS.items() if head.startswith(start)), "")
    return found or next((word for start, word in _MARKUP.items() if text.startswith(start)), "")
