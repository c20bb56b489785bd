"""Why libcurl got no response, in words for the person who reads the evidence."""

from __future__ import annotations

import errno

import pycurl

_REASONS = {
    pycurl.E_COULDNT_RESOLVE_HOST: "its name cannot be resolved",
    pycurl.E_PEER_FAILED_VERIFICATION: "its TLS certificate is not trusted",
    pycurl.E_SSL_CONNECT_ERROR: "TLS could not be agreed on",
    pycurl.E_PARTIAL_FILE: "the answer broke off",
    pycurl.E_BAD_CONTENT_ENCODING: "the answer is not packed as its content-encoding says",
    pycurl.E_UNSUPPORTED_PROTOCOL: "what came back is no HTTP",
    pycurl.E_FTP_WEIRD_SERVER_REPLY: "what came back is no HTTP",  # the name is old, and it is not only for FTP
    pycurl.E_GOT_NOTHING: "the connection was closed",
    pycurl.E_ABORTED_BY_CALLBACK: "the connection was closed",
}
_BY_SYSTEM = {
    errno.ECONNREFUSED: "the connection was refused",
    errno.ECONNRESET: "the connection was reset",
    errno.EPIPE: "the connection was reset",
}
_CONNECTION = (pycurl.E_COULDNT_CONNECT, pycurl.E_SEND_ERROR, pycurl.E_RECV_ERROR, pycurl.E_ABORTED_BY_CALLBACK)


def reason_of(code: int, system_error: int, message: str) -> str:
    """Return the reason for libcurl's error code, the system's error number and libcurl's own message."""
    by_system = _BY_SYSTEM.get(system_error) if code in _CONNECTION else None
    return by_system or _REASONS.get(code) or message[:200].rstrip(".")
