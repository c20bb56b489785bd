"""From a row of numbers and categories to the tensors that the model reads."""

import math
from dataclasses import dataclass

import numpy as np

from .card import Column, Rows
from .errors import Refused, UnusableModel
from .model import TEXT, ModelInput, Tensor, free

LARGEST = float(np.finfo(np.float32).max)  # JSON knows infinity, NaN and numbers of any length


@dataclass(frozen=True)
class RowFormat:
    """The columns of a row in their order, and the inputs of the model: one that takes all, or one for each."""

    columns: list[Column]
    inputs: list[ModelInput]

    def tensors(self, row: object) -> dict[str, Tensor]:
        """Return the tensors by input of a row: a list in the order of the columns, or an object by their names."""
        values = self._ordered(row)
        if len(self.inputs) == 1:
            given = self.inputs[0]
            numbers = [number(column, value, given) for column, value in zip(self.columns, values, strict=True)]
            return {given.name: np.array([numbers], dtype=given.dtype)}
        return {
            given.name: np.array([number(column, value, given)], dtype=given.dtype).reshape([1] * len(given.shape))
            for column, value, given in zip(self.columns, values, self.inputs, strict=True)
        }

    def trials(self) -> list[dict[str, Tensor]]:
        """Return the tensors of three rows that any such model must answer."""
        places = range(len(self.columns))
        return [self.tensors([self._trial(place, value) for place in places]) for value in (0, 1, 2)]

    def masked(self, row: object, kept: set[str]) -> list[object]:
        """Return a row in the order of the columns, with a value that the model takes in all but the kept columns."""
        values = enumerate(zip(self.columns, self._ordered(row), strict=True))
        return [value if column.name in kept else self._trial(place, 0) for place, (column, value) in values]

    def _trial(self, place: int, value: int) -> object:
        column = self.columns[place]
        if column.values:
            return column.values[value % len(column.values)]
        return str(value) if self.inputs[place % len(self.inputs)].dtype == TEXT else value

    def _ordered(self, row: object) -> list[object]:
        names = [column.name for column in self.columns]
        if isinstance(row, list) and len(row) == len(names):
            return row
        if isinstance(row, dict):
            missing, unknown = [name for name in names if name not in row], [name for name in row if name not in names]
            if not missing and not unknown:
                return [row[name] for name in names]
            wrong = (
                f"lacks {', '.join(missing[:5])}"
                if missing
                else f"has {', '.join(unknown[:5])[:200]}, which is unknown"
            )
            raise Refused(f'"row" {wrong}.')
        raise Refused(f'"row" must be a list of {len(names)} values, or an object with {", ".join(names[:10])}.')


def number(column: Column, value: object, given: ModelInput) -> object:
    """Return what the model gets for a value: its number, its text, or the position of a category."""
    if column.values:
        if value not in column.values:
            raise Refused(f"{column.name} must be one of {', '.join(column.values[:10])}.")
        return column.values.index(value)
    if given.dtype == TEXT:
        if not isinstance(value, str):
            raise Refused(f"{column.name} must be a text.")
        return value
    if value is None and given.dtype.kind == "f":
        return math.nan  # a missing value, as trees take it
    if given.dtype == np.bool_ and isinstance(value, bool):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float) or not -LARGEST <= value <= LARGEST:
        raise Refused(f"{column.name} must be a number.")
    return bounded(column, value, given)


def bounded(column: Column, value: float, given: ModelInput) -> float:
    """Refuse what a whole-number input cannot hold: NumPy would raise, or cut it off."""
    if given.dtype.kind in "iu":
        limits = np.iinfo(given.dtype)
        if value != int(value) or not limits.min <= value <= limits.max:
            raise Refused(f"{column.name} must be a whole number from {limits.min} to {limits.max}.")
        return int(value)
    return value


def row_format(card: Rows, inputs: list[ModelInput]) -> RowFormat:
    """Settle the columns from the card and the model's inputs; they must not contradict each other."""
    if len(inputs) > 1:
        return RowFormat(columns_by_input(card, inputs), inputs)
    (given,) = inputs
    if len(given.shape) != 2:
        raise UnusableModel(f"card.yaml says input: rows, but the model's input has the shape {given.shape}.")
    width = None if free(given.shape[1]) else given.shape[1]
    if width is None and not card.columns:
        raise UnusableModel("Neither card.yaml nor the model says how many columns a row has; list them as input.rows.")
    if card.columns and width not in (None, len(card.columns)):
        raise UnusableModel(f"card.yaml lists {len(card.columns)} columns, but the model reads {width}.")
    assert isinstance(width, int | None)
    return RowFormat(card.columns or [Column(str(place)) for place in range(width or 0)], inputs)


def columns_by_input(card: Rows, inputs: list[ModelInput]) -> list[Column]:
    """Return a column for each input, in the inputs' order; the card may say which of them are categories."""
    if any(not all(free(axis) or axis == 1 for axis in one.shape) for one in inputs):
        raise UnusableModel("A model with several inputs must read one column by each; export it with one input.")
    known = {column.name: column for column in card.columns}
    names = [one.name for one in inputs]
    if unknown := sorted(set(known) - set(names)):
        raise UnusableModel(f"card.yaml lists the column {unknown[0]}, but the model reads {', '.join(names[:20])}.")
    return [known.get(name, Column(name)) for name in names]
