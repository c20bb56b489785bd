"""Where in the bucket uploads lie, and which of them an object belongs to."""

from __future__ import annotations

from dataclasses import dataclass

_FOLDERS = "*/*/"  # written behind a prefix: the model's name, and a folder for each upload


@dataclass(frozen=True, slots=True)
class Layout:
    """Each upload has a folder of its own, `PREFIX/NAME/FOLDER/`; or, with a `model`, all are written to one place.

    That place is a folder, whose `prefix` ends in a slash, or a single object, whose key it is.
    """

    prefix: str = "models/"
    model: str = ""

    @classmethod
    def of(cls, prefix: str, model: str) -> Layout:
        """Return the layout of a prefix: `models/*/*/`, or one place like `final_model/` for all of `model`."""
        return cls(prefix.removesuffix(_FOLDERS)) if prefix.endswith(_FOLDERS) else cls(prefix, model)

    def contains(self, key: str) -> bool:
        """Return whether a key is an upload's, and not only the placeholder of a folder."""
        if not key.startswith(self.prefix) or key.endswith("/"):
            return False
        return bool(self.model) or "/" in key.removeprefix(self.prefix)

    def prefix_of(self, key: str) -> str:
        """Return the prefix of the upload that a key belongs to; the key itself if it lies beside the folders."""
        if self.model:
            return self.prefix
        parts = key.removeprefix(self.prefix).split("/")
        return key if len(parts) == 2 else f"{self.prefix}{'/'.join(parts[:2])}/"

    def model_of(self, prefix: str) -> str:
        """Return the name of the model that lies at an upload's prefix."""
        return self.model or prefix.removeprefix(self.prefix).split("/")[0]
