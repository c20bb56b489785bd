"""Weights of a Keras model that HDF5 would fetch from another file: no file of the container is read for it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from service.app.errors import UnusableModel
from service.app.runtimes import open_model

pytest.importorskip("service.app.runtimes.keras")  # it chooses Keras's backend
h5py = pytest.importorskip("h5py")
keras = pytest.importorskip("keras")
SECRET = b"S" * 64


def _external_storage(file: Any, name: str, elsewhere: Path) -> None:
    file.create_dataset(name, (4, 4), "f4", external=[(str(elsewhere), 0, 64)])


def _external_link(file: Any, name: str, elsewhere: Path) -> None:
    file[name] = h5py.ExternalLink(str(elsewhere), "/x")


def _virtual(file: Any, name: str, elsewhere: Path) -> None:
    layout = h5py.VirtualLayout((4, 4), "f4")
    layout[:] = h5py.VirtualSource(str(elsewhere), "x", (4, 4))
    file.create_virtual_dataset(name, layout)


@pytest.mark.parametrize("lead", [_external_storage, _external_link, _virtual])
def test_weights_that_lie_elsewhere_are_not_read(tmp_path: Path, lead: Callable[[Any, str, Path], None]) -> None:
    """The start fails, and so does the build that tries it."""
    model, elsewhere = tmp_path / "model.keras", tmp_path.parent / "elsewhere"
    elsewhere.write_bytes(SECRET)
    layers = keras.layers
    keras.Sequential([layers.Input((4,)), layers.Dense(4, use_bias=False)]).save(model)
    with zipfile.ZipFile(model) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    content = io.BytesIO(parts["model.weights.h5"])
    with h5py.File(content, "r+") as file:
        names: list[str] = []
        file.visititems(lambda name, item: names.append(name) if isinstance(item, h5py.Dataset) else None)
        del file[names[0]]
        lead(file, names[0], elsewhere)
    with zipfile.ZipFile(model, "w") as archive:
        for name, part in (parts | {"model.weights.h5": content.getvalue()}).items():
            archive.writestr(name, part)
    with pytest.raises(UnusableModel, match=r"model\.keras cannot be loaded") as refused:
        open_model(tmp_path, None)
    assert "Not allowed: H5 file with" in str(refused.value.__cause__)
