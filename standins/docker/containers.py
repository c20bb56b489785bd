"""Containers: processes started from an image, remembered in files so that the next command finds them."""

import secrets
import socket
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from standins import processes
from standins.docker import packages
from standins.docker.errors import DockerError
from standins.docker.images import Image
from standins.files import read_json, write_json
from standins.folders import Folders

_SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin"
_PUBLISHED = Path(__file__).with_name("published")


@dataclass(frozen=True)
class Container:
    """One started container; `ports` maps container to host ports, `owner` is the build it belongs to."""

    id: str
    name: str
    image: str
    pid: int
    ports: dict[str, int]
    log: str
    remove: bool
    owner: str

    @property
    def running(self) -> bool:
        """Whether its process lives."""
        return processes.alive(self.pid)


@dataclass(frozen=True)
class Wish:
    """What `docker run` was told beyond the image.

    Host port 0 means any free one. `volumes` are folders of this machine by where the container has them, which the
    values of its variables say. `owner` is the build it belongs to; it ends with the process of id `process`.
    """

    name: str = ""
    publish: tuple[tuple[int, str], ...] = ()
    env: tuple[tuple[str, str], ...] = ()
    volumes: tuple[tuple[str, Path], ...] = ()
    remove: bool = False
    log: Path | None = None
    owner: str = ""
    process: int | None = None


def run(folders: Folders, image: Image, wish: Wish) -> Container:
    """Start the image's command; PORT tells it the host port, or its Python lets it listen there."""
    config, identity = image.config, secrets.token_hex(32)
    if not config.entrypoint + config.command:
        raise DockerError("The image has no CMD, so there is nothing to run.")
    if any(wish.name == other.name for other in all_containers(folders)):
        raise DockerError(f"The name {wish.name} is in use; free it with `docker rm -f {wish.name}`.")
    ports = {container: host or free_port() for host, container in wish.publish}
    log = wish.log or folders.containers / f"{identity}.log"
    home = folders.containers / identity
    home.mkdir(parents=True)
    given = {name: _mounted(wish.volumes, value) for name, value in wish.env}
    env = _environment(folders, image, {"HOME": str(home)} | given | _address(image, ports))
    pid = _start(image, env, log, wish.process)
    name = wish.name or f"container_{identity[:8]}"
    container = Container(identity, name, image.digest, pid, ports, str(log), wish.remove, wish.owner)
    write_json(_record(folders, identity), asdict(container))
    return container


def all_containers(folders: Folders) -> list[Container]:
    """Every container that was not removed; one started with --rm is gone when it ends."""
    records = sorted(folders.containers.glob("*.json"))
    found = [Container(**record) for path in records if (record := read_json(path, None))]
    gone = [container for container in found if container.remove and not container.running]
    for container in gone:
        _record(folders, container.id).unlink(missing_ok=True)
    return [container for container in found if container not in gone]


def find(folders: Folders, name: str) -> Container:
    """The container with this name, or this beginning of an id."""
    for container in all_containers(folders):
        if name == container.name or (len(name) >= 4 and container.id.startswith(name)):
            return container
    raise DockerError(f"No such container: {name}")


def stop(container: Container) -> None:
    """End its process and all that it started."""
    processes.end(container.pid)


def remove(folders: Folders, container: Container) -> None:
    """End it and forget it."""
    stop(container)
    _record(folders, container.id).unlink(missing_ok=True)


def _start(image: Image, env: Mapping[str, str], log: Path, owner: int | None) -> int:
    config = image.config
    command = [_mapped(image.root, word) for word in config.entrypoint + config.command]
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        cwd = image.root / config.workdir.lstrip("/")
        return processes.start(command, owner, cwd=cwd, env=env, stdout=output).pid


def _environment(folders: Folders, image: Image, extra: dict[str, str]) -> dict[str, str]:
    # A container sees nothing of the machine that starts it: no credentials, no endpoint, no home.
    config = image.config
    path = f"{packages.location(folders, config.packages) / 'bin'}:{_SYSTEM_PATH}"
    merged = {"LANG": "C.UTF-8"} | config.env | extra
    return {name: _mapped(image.root, value) for name, value in merged.items()} | {"PATH": path}


def _mapped(root: Path, value: str) -> str:
    """An absolute path that exists in the image is meant in the image."""
    inside = root / value.lstrip("/")
    return str(inside) if value.startswith("/") and value.strip("/") and inside.exists() else value


def _mounted(volumes: tuple[tuple[str, Path], ...], value: str) -> str:
    return next((str(folder) for inside, folder in volumes if inside == value), value)


def _address(image: Image, ports: Mapping[str, int]) -> dict[str, str]:
    # The process listens on this machine itself, not behind a mapped port: never on a public address.
    env = image.config.env
    loopback = {"HOST": "127.0.0.1"} if env.get("HOST") == "0.0.0.0" else {}
    if not ports:
        return loopback
    (container, host), *more = ports.items()
    if more:
        raise DockerError(f"The stand-in publishes one port of a container, not {', '.join(ports)}.")
    if env.get("PORT") == container:
        return loopback | {"PORT": str(host)}
    path = ":".join(filter(None, [str(_PUBLISHED), _mapped(image.root, env.get("PYTHONPATH", ""))]))
    return loopback | {"PYTHONPATH": path, "STANDINS_PUBLISHED": f"{container}:{host}"}


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _record(folders: Folders, identity: str) -> Path:
    return folders.containers / f"{identity}.json"
