"""The names that a classifier of scikit-learn's kind has for its classes.

The field numbers are those of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
"""

from __future__ import annotations

from collections.abc import Iterable

from slipway.uploads.validation.protobuf import Field, by_number, text, whole_numbers
from slipway.uploads.validation.ranged import Ranged

DOMAIN = "ai.onnx.ml"
_NAME, _WHOLE_NUMBERS, _TEXTS = 1, 8, 9  # of AttributeProto
_SIGN = 1 << 63


def names(source: Ranged, attributes: Iterable[Field]) -> list[str]:
    """Return the names of the classes in the attributes of a node, in the order of its scores; empty without any."""
    for attribute in attributes:
        parts = by_number(source, attribute)
        if parts[_NAME] and text(source, parts[_NAME][-1]).startswith("classlabels_"):
            numbers = [number for field in parts[_WHOLE_NUMBERS] for number in whole_numbers(source, field)]
            texts = [text(source, field) for field in parts[_TEXTS]]
            if found := texts or [str(number - 2 * _SIGN if number >= _SIGN else number) for number in numbers]:
                return found
    return []
