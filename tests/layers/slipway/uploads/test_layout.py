"""Where uploads lie, and what is said of those that lie elsewhere."""

from __future__ import annotations

from datetime import timedelta

import pytest

from slipway.models import Arrival, State
from slipway.uploads.layout import Layout
from slipway.uploads.limits import Rules
from slipway.uploads.receive import UploadReceiver
from tests.support.fakes import NOW, FakeBucket, FakeClock, FakeLedger, FakePipeline

NO_FOLDER = " lies in no model's folder, so nothing is released: upload it as models/"


@pytest.fixture
def uploads() -> UploadReceiver:
    clock = FakeClock(NOW)
    return UploadReceiver(FakeBucket(), FakeLedger(), FakePipeline(), clock, timedelta(), Rules(1000))


@pytest.mark.parametrize(
    ("key", "model", "why"),
    [
        ("Models/birds/v1/m.onnx", "birds", "Uploads lie below models/, and not below Models/"),
        ("MODELS/birds/m.onnx", "birds", "Uploads lie below models/, and not below MODELS/"),
        ("models/birds.onnx", "birds", f"models/birds.onnx{NO_FOLDER}birds/v1/birds.onnx."),
        ("Models/birds.tar.gz", "birds", f"Models/birds.tar.gz{NO_FOLDER}birds/v1/birds.tar.gz."),
        ("models/_RELEASE", "_RELEASE", f"models/_RELEASE{NO_FOLDER}_RELEASE/v1/_RELEASE."),
    ],
)
def test_what_lies_beside_the_uploads_is_answered(uploads: UploadReceiver, key: str, model: str, why: str) -> None:
    """By a refusal that says where it belongs; nothing of it is read, and nothing started."""
    release = uploads.receive(Arrival(key, NOW, "v1", "etag", 7))
    assert release is not None
    assert (release.model, release.state, release.execution_id) == (model, State.REFUSED, "")
    assert release.reason.startswith(why)
    assert uploads.bucket.reads == []  # type: ignore[attr-defined]


@pytest.mark.parametrize("key", ["models/", "Models/", "models/.DS_Store", "Models/birds/._m.onnx", "suites/birds/a"])
def test_what_nobody_uploaded_as_a_model_is_not_answered(uploads: UploadReceiver, key: str) -> None:
    """Placeholders of folders, what file managers leave behind, and other folders."""
    assert uploads.receive(Arrival(key, NOW, "v1", "etag", 7)) is None


def test_a_folder_in_a_wrong_place_is_answered_once_an_hour(uploads: UploadReceiver) -> None:
    """A folder of many files has one card."""
    keys = [f"Models/birds/v1/{number}.onnx" for number in range(9)]
    assert {one.id for key in keys if (one := uploads.receive(Arrival(key, NOW, "v1", "etag", 7)))} == {"birds-r1"}
    other = uploads.receive(Arrival("Models/birds/v2/m.onnx", NOW, "v1", "etag", 7))
    assert other
    assert other.id == "birds-r2"


def test_a_folder_with_a_dot_keeps_its_name() -> None:
    """Whose name is then said to be wrong."""
    assert Layout().model_of("models/birds.v2/v1/") == "birds.v2"


def test_a_place_for_one_model_has_nothing_beside_it() -> None:
    """An existing pipeline's bucket may hold anything else."""
    assert Layout("final_model/", "digits").misplacement("Final_Model/model.onnx") == ""
