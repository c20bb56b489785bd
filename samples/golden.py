"""`python -m samples.golden [FOLDER]`: the golden pictures of the service's suite, none of which was trained on.

`0.png` to `9.png` are one clear digit a class: of the held-out pictures, the one nearest to the mean of its training
pictures. `held-out/` has the first ten of each class as they come, and `expected.csv` says what is on them. No model is
asked for either.
"""

import csv
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from samples.digits import Array, Digits, load

FOLDER = Path(__file__).resolve().parent.parent / "service" / "suite" / "golden"
EACH = 10


def clearest(digit: int, train: Digits, held_out: Digits) -> Array:
    """The held-out picture that is most typical of its class."""
    mean = train.pictures[train.digits == digit].mean(axis=0)
    candidates = held_out.pictures[held_out.digits == digit]
    return np.asarray(candidates[np.square(candidates - mean).sum(axis=(1, 2)).argmin()])


def cases(held_out: Digits) -> Iterator[tuple[str, int, Array]]:
    """The golden set: where each picture goes, and the digit on it."""
    for digit in range(10):
        for number, picture in enumerate(held_out.pictures[held_out.digits == digit][:EACH]):
            yield f"held-out/{digit}-{number}.png", digit, picture


def main(folder: Path) -> None:
    """Write the pictures, and expected.csv."""
    train, held_out = load()
    (folder / "held-out").mkdir(parents=True, exist_ok=True)
    for digit in range(10):
        write(folder / f"{digit}.png", clearest(digit, train, held_out))
    with (folder / "expected.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["file", "expected"])
        for name, digit, picture in cases(held_out):
            write(folder / name, picture)
            rows.writerow([name, digit])
    print(f"wrote ten clear digits and a golden set of {10 * EACH} to {folder}")


def write(file: Path, picture: Array) -> None:
    """Write one picture."""
    Image.fromarray(picture).save(file, optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
