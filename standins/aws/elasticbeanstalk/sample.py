"""The page of an environment without a version; argument: the port. Runs as a process of its own."""

import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

_PAGE = b"<!doctype html><title>Congratulations</title><h1>No version is deployed here yet.</h1>"


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        """Answer every path with the page, as AWS's sample application does."""
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(_PAGE)


if __name__ == "__main__":
    HTTPServer(("127.0.0.1", int(sys.argv[1])), _Page).serve_forever()
