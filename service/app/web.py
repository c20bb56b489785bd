"""The HTTP interface: health, version, prediction, and a page to try them."""

import json
from collections.abc import Mapping
from typing import Any

from anyio import CapacityLimiter, to_thread
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from .classifier import Classifier
from .errors import Refused
from .page import PAGE, PAGE_HEADERS
from .picture_format import PictureFormat
from .pictures import decode_data_url, open_picture
from .row_format import RowFormat
from .samples import Samples

MAX_BODY = 10 * 1024 * 1024
# Bounds the memory: each of them may hold a picture of MAX_PIXELS.
MAX_PARALLEL = 4
SMOKE_TEST = "slipway"  # the user agent of the smoke test, whose requests are nobody's


class Service:
    """The endpoints of one loaded model."""

    def __init__(self, classifier: Classifier, passport: Mapping[str, Any], samples: Samples | None) -> None:
        self.classifier = classifier
        self.passport = passport
        self.samples = samples
        self.workers = CapacityLimiter(MAX_PARALLEL)

    async def page(self, request: Request) -> Response:
        """A page to try the model."""
        return HTMLResponse(PAGE, headers=PAGE_HEADERS)

    async def health(self, request: Request) -> Response:
        """Reachable only once the model is loaded."""
        return JSONResponse({"status": "ok"})

    async def version(self, request: Request) -> Response:
        """The passport."""
        return JSONResponse(self.passport, headers={"Cache-Control": "no-store"})

    async def model(self, request: Request) -> Response:
        """What the page tells its reader of the model: its labels, and its pictures or the columns of its rows."""
        return JSONResponse({"labels": self.classifier.labels, "input": described(self.classifier.input)})

    async def predict(self, request: Request) -> Response:
        """Classify the picture or the row in the body."""
        content = content_of(await read_body(request))
        scores = await to_thread.run_sync(self.scores, content, limiter=self.workers)
        if self.samples and request.headers.get("user-agent") != SMOKE_TEST:
            self.samples.take(content, self.classifier.input)
        winner, confidence = next(iter(scores.items()))
        return JSONResponse({"prediction": {"winning_class": winner, "confidence": confidence, "scores": scores}})

    def scores(self, content: dict[str, object]) -> dict[str, float]:
        """Return the probability of each label for the content of a body."""
        expected = self.classifier.input
        if isinstance(expected, RowFormat):
            return self.classifier.classify(member(content, "row"))
        url = member(content, "image")
        return self.classifier.classify(open_picture(decode_data_url(url), expected.channels, expected.card.background))


def described(expected: PictureFormat | RowFormat) -> dict[str, object]:
    """Return what an input is, as the page shows it."""
    if isinstance(expected, RowFormat):
        return {"columns": [{"name": column.name, "values": column.values} for column in expected.columns]}
    size = {"width": expected.width, "height": expected.height, "channels": expected.channels}
    return {**size, "expects": expected.card.expects}


async def read_body(request: Request) -> bytes:
    """The body, unless it is too large: counted as it comes, because a length may be missing or wrong."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise Refused(f"The request is larger than {MAX_BODY // 1024**2} MiB; send a smaller picture.", 413)
    return bytes(body)


def content_of(body: bytes) -> dict[str, object]:
    """Return a JSON body, which must be an object."""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Refused('The body must be JSON such as {"image": "data:image/png;base64,…"} or {"row": […]}.') from error
    if not isinstance(content, dict):
        raise Refused("The JSON body must be an object.")
    return content


def member(content: dict[str, object], name: str) -> object:
    """Return a member of the body; a model takes either pictures or rows."""
    if name not in content:
        raise Refused(f'The JSON body has no "{name}".')
    return content[name]


async def answer_refusal(request: Request, error: Exception) -> Response:
    """Our own refusals."""
    assert isinstance(error, Refused)
    return JSONResponse({"error": str(error)}, error.status)


async def answer_misrouted(request: Request, error: Exception) -> Response:
    """Unknown paths and wrong methods."""
    assert isinstance(error, HTTPException)
    headers, path = dict(error.headers or {}), request.url.path
    allowed = headers.get("Allow")
    sentence = f"{path} takes {allowed}, not {request.method}." if allowed else f"There is nothing at {path}."
    return JSONResponse({"error": sentence}, error.status_code, headers=headers)


async def answer_crash(request: Request, error: Exception) -> Response:
    """Everything unforeseen: the trace goes to the log, not to the caller."""
    return JSONResponse({"error": "The service failed to answer; its log says why."}, 500)


def create_app(classifier: Classifier, passport: Mapping[str, Any], samples: Samples | None = None) -> Starlette:
    """The application around one loaded model."""
    service = Service(classifier, passport, samples)
    app = Starlette(
        routes=[
            Route("/", service.page),
            Route("/health", service.health),
            Route("/version", service.version),
            Route("/model", service.model),
            Route("/predict", service.predict, methods=["POST"]),
        ],
        exception_handlers={Refused: answer_refusal, HTTPException: answer_misrouted, Exception: answer_crash},
    )
    app.router.redirect_slashes = False
    return app
