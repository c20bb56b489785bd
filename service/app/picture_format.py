"""From a picture to the tensor that the model reads: what the card leaves open, the model's input shape decides."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image, ImageOps

from .card import LAYOUTS, RESAMPLINGS, Pictures
from .errors import UnusableModel
from .model import ModelInput, Shape, Tensor, free

TYPES = (np.float32, np.float16, np.float64, np.uint8, np.int8, np.int32)


@dataclass(frozen=True)
class PictureFormat:
    """Everything needed to turn a picture into a tensor; nothing is open any more."""

    name: str
    width: int
    height: int
    channels: int
    layout: str
    dtype: np.dtype[Any]
    scale: float
    card: Pictures

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

    def tensors(self, picture: Image.Image) -> dict[str, Tensor]:
        """Return the tensor by the name of the model's input."""
        return {self.name: self.tensor(picture)}

    def trials(self) -> list[dict[str, Tensor]]:
        """Return the tensors of a black, a white and a noisy picture, which any such model must answer."""
        mode = "L" if self.channels == 1 else "RGB"
        size = (self.width, self.height)
        noise = Image.effect_noise(size, 80).convert(mode)
        return [self.tensors(one) for one in (Image.new(mode, size, "black"), Image.new(mode, size, "white"), noise)]

    def tensor(self, picture: Image.Image) -> Tensor:
        """Fit a picture (mode L or RGB as `channels` says), scale it, and bring it into the model's layout."""
        small = self.fitted(picture)
        pixels = np.asarray(small, dtype=np.float64).reshape(self.height, self.width, self.channels)
        if self.card.order == "BGR":
            pixels = pixels[:, :, ::-1]
        scaled = (pixels * self.scale - np.array(self.card.mean)) / np.array(self.card.std)
        ordered = scaled.transpose(2, 0, 1) if self.layout == "NCHW" else scaled
        exact = ordered.reshape(self.shape)
        if self.dtype.kind in "iu":  # whole numbers: neither cut off nor begun again from the other end
            limits = np.iinfo(self.dtype)
            exact = np.clip(np.rint(exact), limits.min, limits.max)
        tensor: Tensor = exact.astype(self.dtype)
        return tensor

    def fitted(self, picture: Image.Image) -> Image.Image:
        """Bring a picture to the model's size: stretched, cropped around the middle, or padded with the background."""
        size, method = (self.width, self.height), RESAMPLINGS[self.card.resample]
        match self.card.fit:
            case "crop":
                return ImageOps.fit(picture, size, method)
            case "pad":
                return ImageOps.pad(picture, size, method, color=self.card.background)
            case _:
                return picture.resize(size, method)


def picture_format(card: Pictures, given: ModelInput) -> PictureFormat:
    """Settle the format from the card and the model's input; they must not contradict each other."""
    shape, dtype = given.shape, given.dtype
    if dtype not in [np.dtype(one) for one in TYPES]:
        raise UnusableModel(
            f"The model reads {dtype}; export it to read one of {', '.join(t.__name__ for t in TYPES)}."
        )
    layout = card.layout or layout_of(shape)
    height, width, channels = sizes_of(shape, layout)
    if layout == "flat" and None in (card.width, card.height):
        raise UnusableModel(
            f"The model reads {shape[1]} numbers, and this service shows it pictures: say input: rows in card.yaml, or "
            "the width, height and channels of its pictures."
        )
    found = PictureFormat(
        name=given.name,
        width=settle("width", card.width, width),
        height=settle("height", card.height, height),
        channels=settle("channels", card.channels, channels),
        layout=layout,
        dtype=dtype,
        scale=card.scale if card.scale is not None else (1.0 if dtype.kind in "iu" else 1 / 255),
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


def check(found: PictureFormat, shape: Shape) -> None:
    """Refuse a card that describes other pictures than the model reads."""
    fits = all(free(size) or size == wanted for size, wanted in zip(shape, found.shape, strict=True))
    if not fits or found.channels not in (1, 3):
        raise UnusableModel(f"card.yaml describes pictures of the shape {list(found.shape)}, the model reads {shape}.")
    if any(len(values) not in (1, found.channels) for values in (found.card.mean, found.card.std)):
        raise UnusableModel(f"card.yaml must give mean and std once or once for each of the {found.channels} channels.")
