"""Where in the bucket uploads lie, and which of them an object belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from slipway.models.text import cited, shown


@dataclass(frozen=True, slots=True)
class Layout:
    """Each upload has a folder of its own, `PREFIX/NAME/FOLDER/`; or, with a `model`, all are written to one place.

    That place is a folder, whose `prefix` ends in a slash, or a single object, whose key it is.
    """

    FOLDERS: ClassVar = "*/*/"  # written behind a prefix: the model's name, and a folder for each upload
    prefix: str = "models/"
    model: str = ""

    @classmethod
    def of(cls, prefix: str, model: str) -> Layout:
        """Return the layout of a prefix: `models/*/*/`, or one place like `final_model/` for all of `model`."""
        return cls(prefix.removesuffix(cls.FOLDERS)) if prefix.endswith(cls.FOLDERS) else cls(prefix, model)

    def contains(self, key: str) -> bool:
        """Return whether a key is an upload's, and not only the placeholder of a folder."""
        if not key.startswith(self.prefix) or key.endswith("/"):
            return False
        return bool(self.model) or "/" in key.removeprefix(self.prefix)

    def misplacement(self, key: str) -> str:
        """Return why a key is nobody's upload although it looks like one, and where it belongs; empty if it does not.

        That is a prefix with other capitals, and a file that lies in no model's folder.
        """
        if self.model or self.contains(key) or not key.casefold().startswith(self.prefix.casefold()):
            return ""
        path = key[len(self.prefix) :]
        name = path.rsplit("/", 1)[-1]
        if not name or name.startswith("."):  # a folder's placeholder, or what a file manager leaves behind
            return ""
        if "/" not in path:
            home = f"{self.prefix}{_stem(path)}/v1/{name}"
            return f"{cited(key)} lies in no model's folder, so nothing is released: upload it as {cited(home)}."
        here, there = shown(key[: len(self.prefix)]), shown(self.prefix)
        return f"Uploads lie below {there}, and not below {here}, so nothing is released: upload to {there} instead."

    def prefix_of(self, key: str) -> str:
        """Return the prefix of the upload that a key belongs to; the key itself if it lies beside the folders."""
        if self.model:
            return self.prefix
        parts = key[len(self.prefix) :].split("/")
        return key if len(parts) <= 2 else f"{key[: len(self.prefix)]}{'/'.join(parts[:2])}/"

    def model_of(self, prefix: str) -> str:
        """Return the name of the model that lies at an upload's prefix; for a file in no folder, that of the file."""
        folder, slash, _ = prefix[len(self.prefix) :].partition("/")
        return self.model or (folder if slash else _stem(folder))


def _stem(name: str) -> str:
    """Return the name of a file without its endings."""
    return name.partition(".")[0] or name
