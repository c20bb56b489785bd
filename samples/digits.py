"""scikit-learn's pictures of handwritten digits, split into what models learn from and what is held out."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

type Array = np.ndarray[Any, np.dtype[Any]]

SIZE = 8
LEVELS = 16
SEED = 7


@dataclass(frozen=True)
class Digits:
    """Pictures of 8 x 8 pixels of 0..255, white on black, and the digits on them."""

    pictures: Array
    digits: Array

    @property
    def features(self) -> Array:
        """What the models read: one row of 64 numbers of 0..1 a picture, as the service makes them."""
        return (self.pictures.reshape(len(self.pictures), -1) / 255).astype(np.float32)


def load() -> tuple[Digits, Digits]:
    """The training pictures and the held-out ones; the same split every time."""
    bunch = load_digits()
    # Rounded to whole levels as a PNG does it, so that a model sees in a request exactly what it learned from.
    pictures = np.rint(bunch.images * (255 / LEVELS)).astype(np.uint8)
    train, held_out, train_digits, held_out_digits = train_test_split(
        pictures, bunch.target, test_size=0.25, random_state=SEED, stratify=bunch.target
    )
    return Digits(train, train_digits), Digits(held_out, held_out_digits)
