"""What the page, the story and the tests do to the workspace: press, submit, look, set, break."""

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from standins.slack.errors import SlackError
from standins.slack.interactions import Press, close, press, submit
from standins.slack.outages import Outage
from standins.slack.settings import Settings
from standins.slack.web_api import WebApi
from standins.slack.wire import Json, Shape
from standins.slack.workspace import Workspace


class Controls:
    """Answers JSON: {"ok": true, …}, or {"ok": false, "error", "message", …} with the sentence people are shown."""

    def __init__(self, workspace: Workspace, settings: Settings, api: WebApi) -> None:
        self._workspace = workspace
        self._settings = settings
        self._api = api

    def routes(self) -> list[Route]:
        """Return the addresses of the controls."""
        return [
            Route("/state", self.state),
            Route("/press", self.press, methods=["POST"]),
            Route("/views/{id}/submit", self.submit, methods=["POST"]),
            Route("/views/{id}/close", self.close, methods=["POST"]),
            Route("/settings", self.set, methods=["POST"]),
            Route("/faults", self.break_down, methods=["POST"]),
        ]

    async def state(self, request: Request) -> Response:
        """Show everything."""
        return JSONResponse(self._workspace.state())

    async def press(self, request: Request) -> Response:
        """Press a button of a message."""
        pressed = await _read(request, Press)
        reply = await press(self._workspace, self._settings, pressed)
        return JSONResponse(reply.outcome())

    async def submit(self, request: Request) -> Response:
        """Submit an open modal; `errors` of the answer maps block_id to what is wrong with it."""
        answers = await _object(request)
        reply, errors = await submit(self._workspace, self._settings, request.path_params["id"], answers)
        return JSONResponse(reply.outcome() | {"ok": not (reply.error or errors), "errors": errors})

    async def close(self, request: Request) -> Response:
        """Close an open modal."""
        reply = await close(self._workspace, self._settings, request.path_params["id"])
        return JSONResponse(reply.outcome())

    async def set(self, request: Request) -> Response:
        """Set where interactions are sent."""
        self._workspace.request_url = str((await _object(request)).get("request_url", ""))
        self._workspace.save()
        return JSONResponse({"ok": True, "request_url": self._workspace.request_url})

    async def break_down(self, request: Request) -> Response:
        """Switch an outage of the Web API on, or off with {}."""
        self._api.outage = await _read(request, Outage)
        return JSONResponse({"ok": True})


async def _object(request: Request) -> Json:
    """Return the JSON object of a request.

    Other pages of the browser cannot send this content type here without asking first, so that they cannot press.
    """
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise SlackError("invalid_content_type", "send application/json")
    try:
        sent = await request.json()
    except ValueError as error:
        raise SlackError("invalid_json") from error
    if not isinstance(sent, dict):
        raise SlackError("json_not_object")
    return sent


async def _read[Sent: Shape](request: Request, shape: type[Sent]) -> Sent:
    sent = await _object(request)
    try:
        return shape.model_validate(sent)
    except ValidationError as error:
        faults = (f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
        raise SlackError("invalid_arguments", *faults) from error
