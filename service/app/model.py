"""What a loaded model offers, whatever its format: each runtime brings one of these."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

type Tensor = np.ndarray[Any, np.dtype[Any]]
type Shape = list[int | str | None]

TEXT = np.dtype(object)


@dataclass(frozen=True)
class ModelInput:
    """An input: `shape` has numbers for fixed axes, names or None for free ones; the dtype TEXT is for strings."""

    name: str
    shape: Shape
    dtype: np.dtype[Any]


class Model(Protocol):
    """A model that is ready to run; several threads may run it at a time.

    `last_operator` made its answer, such as `Softmax`; empty if the format does not tell. `labels` names its classes
    where it does so itself.
    """

    inputs: list[ModelInput]
    last_operator: str
    labels: list[str]

    def run(self, tensors: Mapping[str, Tensor]) -> Tensor:
        """Run the model on one example, tensors by input, and return one number per class."""


def author_name(tensor: str) -> str:
    """Return a tensor's name as its author gave it: TensorFlow writes `serving_default_x:0` for `x`."""
    return tensor.removeprefix("serving_default_").split(":")[0]


def free(size: int | str | None) -> bool:
    """Return whether an axis takes any size: exporters write a name, nothing, or a number below one."""
    return not isinstance(size, int) or size < 1
