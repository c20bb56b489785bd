"""`python -m samples.golden [FOLDER]`: the golden pictures of the service's suite, one clear digit a class.

Of the held-out pictures of a class, the one nearest to the mean of its training pictures; no model is asked.
"""

import sys
from pathlib import Path

import numpy as np
from PIL import Image

from samples.digits import Array, Digits, load

FOLDER = Path(__file__).resolve().parent.parent / "service" / "suite" / "golden"


def clearest(digit: int, train: Digits, held_out: Digits) -> Array:
    """The held-out picture that is most typical of its class."""
    mean = train.pictures[train.digits == digit].mean(axis=0)
    candidates = held_out.pictures[held_out.digits == digit]
    return np.asarray(candidates[np.square(candidates - mean).sum(axis=(1, 2)).argmin()])


def main(folder: Path) -> None:
    """Write 0.png to 9.png."""
    train, held_out = load()
    folder.mkdir(parents=True, exist_ok=True)
    for digit in range(10):
        Image.fromarray(clearest(digit, train, held_out)).save(folder / f"{digit}.png", optimize=True)
    print(f"wrote ten golden pictures to {folder}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
