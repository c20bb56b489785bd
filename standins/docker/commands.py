"""The `docker` commands that a build and its smoke check need, and no others."""

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from standins.docker import containers, registry
from standins.docker.build import Build
from standins.docker.containers import Wish
from standins.docker.context import read_context
from standins.docker.dockerfile import parse
from standins.docker.errors import DockerError
from standins.docker.images import Image, Store
from standins.folders import folders

_VERSION = "stand-in: no Docker engine; images are folders and containers are processes of this machine"


type Command = Callable[[argparse.Namespace], None]


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Say what is understood instead of argparse's usage lines."""
        raise DockerError(f"{self.prog}: {message}; the stand-in knows only the commands in standins/README.md.")


def parser() -> argparse.ArgumentParser:
    """The command line: each command sets `command` to its function."""
    docker = _Parser(prog="docker", allow_abbrev=False)
    commands = docker.add_subparsers(required=True, metavar="COMMAND", parser_class=_Parser)

    def command(name: str, function: Command, *positional: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, prog=f"docker {name}", allow_abbrev=False)
        added.set_defaults(command=function)
        for argument in positional:
            added.add_argument(argument)
        return added

    build = command("build", _build, "folder")
    build.add_argument("-t", "--tag", action="append", default=[])
    build.add_argument("-f", "--file", type=Path)
    build.add_argument("--build-arg", action="append", default=[])
    run = command("run", _run, "image")
    run.add_argument("-d", "--detach", action="store_true", required=True)
    run.add_argument("--rm", action="store_true")
    run.add_argument("--name", default="")
    run.add_argument("-p", "--publish", action="append", default=[])
    run.add_argument("-e", "--env", action="append", default=[])
    command("port", _port, "container").add_argument("port", nargs="?", default="")
    command("logs", _logs, "container")
    command("stop", _stop, "container")
    command("rm", _remove, "container").add_argument("-f", "--force", action="store_true")
    command("tag", _tag, "image", "name")
    command("push", _push, "name")
    command("pull", _pull, "name")
    command("inspect", _inspect, "name").add_argument("-f", "--format", required=True)
    login = command("login", _login, "host")
    login.add_argument("-u", "--username", required=True)
    login.add_argument("--password-stdin", action="store_true", required=True)
    command("version", _version)
    command("info", _version)
    return docker


def _build(arguments: argparse.Namespace) -> None:
    context, store = read_context(Path(arguments.folder)), Store(folders())
    file = arguments.file or context.folder / "Dockerfile"
    if not file.is_file():
        raise DockerError(f"{file} does not exist; name the Dockerfile with --file.")
    given = dict(_pair(text) for text in arguments.build_arg)
    image = Build(context, store, given, _say).image(parse(file.read_text()))
    for tag in arguments.tag:
        store.tag(image, tag)
    _say(f"built {image.digest} {' '.join(arguments.tag)}")


def _run(arguments: argparse.Namespace) -> None:
    store, process = Store(folders()), os.environ.get("STANDINS_OWNER")
    wish = Wish(
        name=arguments.name,
        publish=tuple(_published(text) for text in arguments.publish),
        env=tuple(_pair(text) for text in arguments.env),
        remove=arguments.rm,
        owner=os.environ.get("CODEBUILD_BUILD_ID", ""),
        process=int(process) if process else None,
    )
    _say(containers.run(store.folders, store.find(arguments.image), wish).id)


def _port(arguments: argparse.Namespace) -> None:
    ports = containers.find(folders(), arguments.container).ports
    wanted = arguments.port.removesuffix("/tcp")
    if wanted and wanted not in ports:
        raise DockerError(f"No public port '{wanted}/tcp' published for {arguments.container}")
    for container, host in ports.items():
        if not wanted:
            _say(f"{container}/tcp -> 127.0.0.1:{host}")
        elif container == wanted:
            _say(f"127.0.0.1:{host}")


def _logs(arguments: argparse.Namespace) -> None:
    container = containers.find(folders(), arguments.container)
    sys.stdout.write(Path(container.log).read_text(errors="replace"))


def _stop(arguments: argparse.Namespace) -> None:
    containers.stop(containers.find(folders(), arguments.container))
    _say(arguments.container)


def _remove(arguments: argparse.Namespace) -> None:
    found = containers.find(folders(), arguments.container)
    if found.running and not arguments.force:
        raise DockerError(f"{arguments.container} is running; stop it first or use `docker rm -f`.")
    containers.remove(folders(), found)
    _say(arguments.container)


def _tag(arguments: argparse.Namespace) -> None:
    store = Store(folders())
    store.tag(store.find(arguments.image), arguments.name)


def _push(arguments: argparse.Namespace) -> None:
    digest = registry.push(Store(folders()), Path.home(), arguments.name)
    _say(f"{arguments.name}: digest: {digest}")


def _pull(arguments: argparse.Namespace) -> None:
    _say(registry.pull_logged_in(Store(folders()), Path.home(), arguments.name).digest)


def _inspect(arguments: argparse.Namespace) -> None:
    where = folders()
    match arguments.format:
        case "{{.State.Running}}":
            _say(str(containers.find(where, arguments.name).running).lower())
        case "{{.Id}}":
            _say(Store(where).find(arguments.name).digest)
        case "{{index .RepoDigests 0}}":
            _say(_repo_digest(Store(where).find(arguments.name), arguments.name))
        case unknown:
            raise DockerError(f"The stand-in does not know --format {unknown!r}.")


def _repo_digest(image: Image, name: str) -> str:
    if not image.repo_digests:
        raise DockerError(f"{name} was never pushed, so it has no repository digest.")
    return image.repo_digests[0]


def _login(arguments: argparse.Namespace) -> None:
    registry.login(Path.home(), arguments.host, arguments.username, sys.stdin.read())
    _say("Login Succeeded")


def _version(_: argparse.Namespace) -> None:
    _say(_VERSION)


def _published(text: str) -> tuple[int, str]:
    """`127.0.0.1:18080:8080` or `127.0.0.1::8080` as (host port or 0, container port)."""
    host, _, ports = text.partition(":")
    outside, _, inside = ports.partition(":")
    if host != "127.0.0.1" or not inside.isdigit() or not (outside or "0").isdigit():
        raise DockerError(f"-p {text}: write 127.0.0.1:HOST:CONTAINER; without HOST it is any free port.")
    return int(outside or 0), inside


def _pair(text: str) -> tuple[str, str]:
    name, found, value = text.partition("=")
    if not name or not found:
        raise DockerError(f"{text}: write NAME=value.")
    return name, value


def _say(line: str) -> None:
    print(line, flush=True)
