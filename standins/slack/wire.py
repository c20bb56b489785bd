"""What travels as JSON."""

from typing import Any

from pydantic import BaseModel, ConfigDict

type Json = dict[str, Any]


class Shape(BaseModel):
    """A JSON object of a known shape: nothing is converted, nothing unknown is let through."""

    model_config = ConfigDict(extra="forbid", strict=True)
