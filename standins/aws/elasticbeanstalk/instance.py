"""An environment's instance: one process on a port of its own."""

import http.client
import io
import os
import sys
import tempfile
import zipfile
from pathlib import Path

from standins import processes
from standins.aws import roles
from standins.aws.elasticbeanstalk import compose, samples
from standins.aws.elasticbeanstalk.bundle import Bundle
from standins.aws.elasticbeanstalk.environment import Environment
from standins.aws.elasticbeanstalk.process import Instance
from standins.docker import containers
from standins.docker import registry as images
from standins.docker.build import Build
from standins.docker.containers import Wish
from standins.docker.context import read_context
from standins.docker.dockerfile import parse
from standins.docker.errors import DockerError
from standins.docker.images import Image, Store
from standins.folders import folders

_SAMPLE = Path(__file__).with_name("sample.py")


def start_sample(environment: Environment) -> Instance:
    """Show the page of an environment without a version."""
    log = _log(environment)
    command = [sys.executable, "-I", str(_SAMPLE), str(environment.instance_port)]
    with log.open("ab") as output:
        return Instance(processes.start(command, os.getpid(), cwd=log.parent, env={}, stdout=output).pid)


def image_of(environment: Environment, bundle: Bundle, role: roles.RoleSession) -> Image:
    """Pull the bundle's image with the instance's own permissions, or build it; DockerError says what is wrong."""
    store = Store(folders())
    if bundle.building is None:
        return images.pull(store, role.client("ecr"), bundle.image)
    with tempfile.TemporaryDirectory() as folder, _log(environment).open("a") as log:
        with zipfile.ZipFile(io.BytesIO(bundle.content)) as archive:
            archive.extractall(folder)
        context = read_context(Path(folder) / bundle.building.context)
        build = Build(context, store, bundle.building.arguments, lambda line: print(line, file=log, flush=True))
        return build.image(parse((context.folder / bundle.building.dockerfile).read_text()))


def start(environment: Environment, bundle: Bundle, image: Image, role: roles.RoleSession) -> Instance:
    """Run the image on the instance's port, its output going to the instance's log, and what a hook has set up."""
    where = folders()
    port = bundle.port or next(iter(image.config.ports), "").removesuffix("/tcp")
    if not port:
        raise DockerError("The Dockerfile exposes no port; add EXPOSE, or publish one in docker-compose.yml.")
    wish = Wish(
        publish=((environment.instance_port, port),),
        env=tuple((_properties(environment) | bundle.environment).items()),
        volumes=tuple((container, folder_of(environment, host)) for container, host in bundle.volumes),
        remove=True,
        log=_log(environment),
        process=os.getpid(),
    )
    started = Instance(containers.run(where, image, wish).pid)
    samples.bring(folder_of(environment, compose.SAMPLES), bundle, role, started.pid)
    return started


def folder_of(environment: Environment, path: str) -> Path:
    """The folder that stands for one of the instance, by its path there."""
    folder = folders().run / "instances" / environment.id / Path(path).name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def status_of(environment: Environment) -> int:
    """The HTTP status the load balancer's health check gets; 0 if nobody answers."""
    path = environment.options.get(("aws:elasticbeanstalk:environment:process:default", "HealthCheckPath"), "/")
    connection = http.client.HTTPConnection("127.0.0.1", environment.instance_port, timeout=1)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def port_for(name: str) -> int:
    """The port that `--instances` gives an environment by the end of its name; any free one if it gives none."""
    return _ports().get(_suffix(name)) or containers.free_port()


def _ports() -> dict[str, int]:
    pairs = [pair.partition("=") for pair in os.environ.get("STANDINS_INSTANCE_PORTS", "").split(",") if pair]
    return {suffix: int(port) for suffix, _, port in pairs}


def _suffix(name: str) -> str:
    return next((suffix for suffix in _ports() if name.endswith(suffix)), name)


def _properties(environment: Environment) -> dict[str, str]:
    namespace = "aws:elasticbeanstalk:application:environment"
    return {name: value for (space, name), value in environment.options.items() if space == namespace}


def _log(environment: Environment) -> Path:
    path = folders().logs / f"{_suffix(environment.name)}.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    return path
