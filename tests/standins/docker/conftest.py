"""A service small enough to be built and run in a test."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from standins.docker import containers
from standins.docker.build import Build
from standins.docker.context import read_context
from standins.docker.dockerfile import parse
from standins.docker.images import Image, Store
from standins.folders import Folders

DOCKERFILE = """\
FROM python:3.13-slim
ENV PORT=8080
ENV HOST=0.0.0.0 DATA=/srv/data.txt
WORKDIR /srv
COPY server.py data.txt ./
CMD ["python", "server.py"]
"""
SERVER = """\
import http.server, json, os

class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(dict(os.environ)).encode())

print("listening", flush=True)
http.server.HTTPServer((os.environ["HOST"], int(os.environ["PORT"])), Answer).serve_forever()
"""


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that survives from run to run, here from test to test."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def folders(tmp_path: Path, cache: Path) -> Iterator[Folders]:
    """Empty folders of a run; containers that a test leaves are ended."""
    found = Folders(tmp_path / "run", cache)
    yield found
    for container in containers.all_containers(found):
        containers.remove(found, container)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A server that answers with its environment, and its Dockerfile."""
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "Dockerfile").write_text(DOCKERFILE)
    (folder / "server.py").write_text(SERVER)
    (folder / "data.txt").write_text("data")
    return folder


@pytest.fixture
def build(folders: Folders, source: Path) -> Callable[..., Image]:
    """Build the source, or the given Dockerfile, and return the image; `said` collects what is printed."""

    def run(dockerfile: str = DOCKERFILE, said: list[str] | None = None, **arguments: str) -> Image:
        say = (said if said is not None else []).append
        return Build(read_context(source), Store(folders), arguments, say).image(parse(dockerfile))

    return run


@pytest.fixture
def elsewhere(source: Path, tmp_path: Path) -> Path:
    """A copy of the source in another folder."""
    return Path(shutil.copytree(source, tmp_path / "elsewhere"))
