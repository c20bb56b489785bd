"""The web application: Slack's Web API for the app, pages for people, controls for tests."""

import time

import boto3
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from standins.slack.console import TROUBLE, Console, missing
from standins.slack.controls import Controls
from standins.slack.errors import SlackError
from standins.slack.grants import Clock
from standins.slack.interactions import user_of
from standins.slack.pages import HERE, Pages
from standins.slack.settings import Settings
from standins.slack.web_api import WebApi
from standins.slack.workspace import User, Workspace

# Messages come from outside; whatever the templates let through must not run.
POLICY = {
    "Content-Security-Policy": "default-src 'self'; img-src http: https: data:; base-uri 'none'; object-src 'none'",
    "Cache-Control": "no-store",
}


def create_app(settings: Settings, clock: Clock = time.time) -> Starlette:
    """Return the stand-in with an empty channel."""
    channel = (settings.channel_id, settings.channel_name)
    workspace = Workspace(settings.directory / "slack.json", channel, clock, settings.app_name)
    workspace.request_url = settings.request_url
    workspace.save()
    api = WebApi(workspace, settings.token)
    site = Site(Pages(workspace, settings.directory / "mail.jsonl"))
    console = Console(settings.directory / "logs", boto3.client)
    return Starlette(
        routes=[*api.routes(), *Controls(workspace, settings, api).routes(), *site.routes(), *console.routes()],
        exception_handlers={SlackError: _refused, **dict.fromkeys(TROUBLE, missing)},
    )


class Site:
    """The pages, each whole and as the part that is fetched again and again."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    def routes(self) -> list[Route | Mount]:
        """Return the addresses of the pages; each takes ?user= for whom to be."""
        return [
            Route("/", self.channel, name="channel"),
            Route("/messages", self.messages),
            Route("/mail", self.mail),
            Route("/mails", self.mails),
            Mount("/static", StaticFiles(directory=HERE / "static")),
        ]

    async def channel(self, request: Request) -> Response:
        """Show the channel."""
        return HTMLResponse(self._pages.channel(_me(request)), headers=POLICY)

    async def messages(self, request: Request) -> Response:
        """Show what is in the channel."""
        return HTMLResponse(self._pages.channel(_me(request), part=True), headers=POLICY)

    async def mail(self, request: Request) -> Response:
        """Show the mailbox."""
        return HTMLResponse(self._pages.mailbox(_me(request)), headers=POLICY)

    async def mails(self, request: Request) -> Response:
        """Show what is in the mailbox."""
        return HTMLResponse(self._pages.mailbox(_me(request), part=True), headers=POLICY)


def _me(request: Request) -> User:
    return user_of(request.query_params.get("user", "U0ADA"))


def _refused(request: Request, refusal: Exception) -> Response:
    if not isinstance(refusal, SlackError):
        raise HTTPException(500) from refusal
    missing = refusal.code.endswith("not_found")
    answer = {"message": "; ".join(refusal.messages) or refusal.code, **refusal.answer()}
    return JSONResponse(answer, 404 if missing else 400)
