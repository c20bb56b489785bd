"""The addresses the app calls: /api/<method> and /actions/<response URL>."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from standins.slack import arguments
from standins.slack.api import METHODS, WITHOUT_JSON
from standins.slack.errors import SlackError
from standins.slack.outages import Outage
from standins.slack.responses import respond
from standins.slack.wire import Json
from standins.slack.workspace import Workspace


class WebApi:
    """Answers the app as Slack does: with status 200 and an error code, unless an outage is switched on."""

    def __init__(self, workspace: Workspace, token: str) -> None:
        self.outage = Outage()
        self._workspace = workspace
        self._token = token

    def routes(self) -> list[Route]:
        """Return where the app finds it."""
        return [
            Route("/api/{method}", self.call, methods=["POST"]),
            Route("/actions/{key}", self.respond, methods=["POST"]),
        ]

    async def call(self, request: Request) -> Response:
        """Run one method of the Web API."""
        if failure := self._failure():
            return failure
        try:
            name = request.path_params["method"]
            sent = arguments.read(request.headers.get("content-type", ""), await request.body())
            arguments.check_token(request.headers, sent, self._token)
            if name in WITHOUT_JSON:
                sent = _form(request, sent)
            method = METHODS.get(name)
            if method is None:
                raise SlackError("unknown_method")
            answer = {"ok": True, **method(self._workspace, sent)}
        except SlackError as refusal:
            answer = refusal.answer()
        return JSONResponse(answer, headers={"X-OAuth-Scopes": ",".join(self._workspace.scopes)})

    async def respond(self, request: Request) -> Response:
        """Take an answer to an interaction."""
        if failure := self._failure():
            return failure
        try:
            sent = arguments.read("application/json", await request.body())
            respond(self._workspace, request.path_params["key"], sent)
        except SlackError as refusal:
            status = 404 if refusal.code in {"invalid_url", "expired_url", "used_url"} else 400
            return JSONResponse(refusal.answer(), status)
        return JSONResponse({"ok": True})

    def _failure(self) -> Response | None:
        struck = self.outage.strike()
        if struck is None:
            return None
        status, headers = struck
        error = "ratelimited" if status == 429 else "service_unavailable"
        return JSONResponse({"ok": False, "error": error}, status, headers)


def _form(request: Request, sent: Json) -> Json:
    return {} if request.headers.get("content-type", "").startswith("application/json") else sent
