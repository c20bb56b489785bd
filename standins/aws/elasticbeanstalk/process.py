"""The process that plays an instance."""

from dataclasses import dataclass

from standins import processes


@dataclass(frozen=True)
class Instance:
    """A running instance; `pid` is also the number of its process group."""

    pid: int

    @property
    def running(self) -> bool:
        """Whether its process lives."""
        return processes.alive(self.pid)

    def end(self) -> None:
        """End it and all it started."""
        processes.end(self.pid)
