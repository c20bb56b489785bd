"""From a picture to the tensor that the model reads: what the card leaves open, the model's input shape decides."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from .card import LAYOUTS, RESAMPLINGS, Card
from .errors import UnusableModel

type Tensor = np.ndarray[Any, np.dtype[Any]]
type Shape = list[int | str | None]

TYPES: dict[str, np.dtype[Any]] = {
    "tensor(float)": np.dtype(np.float32),
    "tensor(float16)": np.dtype(np.float16),
    "tensor(double)": np.dtype(np.float64),
    "tensor(uint8)": np.dtype(np.uint8),
}


@dataclass(frozen=True)
class InputFormat:
    """Everything needed to turn a picture into a tensor; nothing is open any more."""

    width: int
    height: int
    channels: int
    layout: str
    dtype: np.dtype[Any]
    scale: float
    card: Card

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of one picture's tensor, the batch axis included."""
        area = (self.height, self.width)
        return {
            "flat": (1, self.height * self.width * self.channels),
            "NHW": (1, *area),
            "NCHW": (1, self.channels, *area),
            "NHWC": (1, *area, self.channels),
        }[self.layout]

    def tensor(self, picture: Image.Image) -> Tensor:
        """Resize a picture (mode L or RGB as `channels` says), scale it, and bring it into the model's layout."""
        small = picture.resize((self.width, self.height), RESAMPLINGS[self.card.resample])
        pixels = np.asarray(small, dtype=np.float64).reshape(self.height, self.width, self.channels)
        scaled = (pixels * self.scale - np.array(self.card.mean)) / np.array(self.card.std)
        ordered = scaled.transpose(2, 0, 1) if self.layout == "NCHW" else scaled
        tensor: Tensor = ordered.reshape(self.shape).astype(self.dtype)
        return tensor


def input_format(card: Card, shape: Shape, type_name: str) -> InputFormat:
    """Settle the format from the card and the model's input; they must not contradict each other.

    Args:
        shape: as ONNX Runtime reports it: numbers for fixed axes, names or None for free ones.
        type_name: such as `tensor(float)`.
    """
    dtype = TYPES.get(type_name)
    if dtype is None:
        raise UnusableModel(f"The model reads {type_name}; export it to read one of {', '.join(TYPES)}.")
    layout = card.layout or layout_of(shape)
    height, width, channels = sizes_of(shape, layout)
    found = InputFormat(
        width=settle("width", card.width, width),
        height=settle("height", card.height, height),
        channels=settle("channels", card.channels, channels),
        layout=layout,
        dtype=dtype,
        scale=card.scale if card.scale is not None else (1.0 if dtype == np.uint8 else 1 / 255),
        card=card,
    )
    check(found, shape)
    return found


def layout_of(shape: Shape) -> str:
    """Guess the layout from the number of axes and, of four, from where the channels stand."""
    if len(shape) == 4:
        return "NHWC" if shape[3] in (1, 3) and shape[1] not in (1, 3) else "NCHW"
    for layout, axes in LAYOUTS.items():
        if len(shape) == axes:
            return layout
    raise UnusableModel(f"The model's input has the shape {shape}, which is no picture; export it with 2 to 4 axes.")


def sizes_of(shape: Shape, layout: str) -> tuple[int | None, int | None, int | None]:
    """Height, width and channels as far as the shape fixes them; a flat one fixes none."""
    if len(shape) != LAYOUTS[layout]:
        raise UnusableModel(f"card.yaml says layout {layout}, but the model's input has the shape {shape}.")
    fixed = [size if isinstance(size, int) and size > 0 else None for size in shape]
    match layout:
        case "NCHW":
            return fixed[2], fixed[3], fixed[1]
        case "NHWC":
            return fixed[1], fixed[2], fixed[3]
        case "NHW":
            return fixed[1], fixed[2], 1
        case _:
            return None, None, None


def settle(name: str, wanted: int | None, fixed: int | None) -> int:
    """The card's word, else the model's; somebody must have said it."""
    value = wanted if wanted is not None else fixed
    if value is None:
        raise UnusableModel(
            f"Neither card.yaml nor the model says the {name} of its pictures; add input.{name} to the card."
        )
    return value


def check(found: InputFormat, shape: Shape) -> None:
    """Refuse a card that describes other pictures than the model reads."""
    fits = all(free(size) or size == wanted for size, wanted in zip(shape, found.shape, strict=True))
    if not fits or found.channels not in (1, 3):
        raise UnusableModel(f"card.yaml describes pictures of the shape {list(found.shape)}, the model reads {shape}.")
    if any(len(values) not in (1, found.channels) for values in (found.card.mean, found.card.std)):
        raise UnusableModel(f"card.yaml must give mean and std once or once for each of the {found.channels} channels.")


def free(size: int | str | None) -> bool:
    """Whether an axis takes any size: exporters write a name, nothing, or a number below one."""
    return not isinstance(size, int) or size < 1
