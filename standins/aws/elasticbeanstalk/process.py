"""The process that plays an instance."""

from dataclasses import dataclass

from standins.docker import lifeline


@dataclass(frozen=True)
class Instance:
    """A running instance; `pid` is also the number of its process group."""

    pid: int

    @property
    def running(self) -> bool:
        """Whether its process lives."""
        return lifeline.alive(self.pid)

    def end(self) -> None:
        """End it and all it started."""
        lifeline.end(self.pid)
