"""The whole build: from an order in the environment to the artifacts."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from pipeline import build
from pipeline.docker import docker
from pipeline.order import Order
from samples.folders import write
from slipway.uploads import service_file
from slipway.uploads.service_file import ServiceFile
from slipway.uploads.validation.formats import FORMATS
from tests.support.paths import ROOT

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

DIGEST = f"sha256:{'0' * 64}"
REPOSITORY = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/images"
ORDER = {
    "RELEASE": "digits-r2",
    "CANDIDATE": "set when it is frozen",
    "MANIFEST": "candidates/digits-r2.json",
    "COMMIT": "0123456789abcdef0123456789abcdef01234567",
    "MODEL_BUCKET": "models",
    "REPOSITORY": REPOSITORY,
}

type Freeze = Callable[..., dict[str, Any]]


@dataclass
class FakeRepository:
    """Knows some tags, and remembers what is pushed."""

    uri: str = REPOSITORY
    known: dict[str, str] = field(default_factory=dict)
    pushed: list[str] = field(default_factory=list)
    pulled: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)

    def keep(self, image: str) -> None:
        self.kept.append(image)

    def digest(self, tag: str) -> str:
        return self.known.get(tag, "")

    def pull(self, image: str) -> None:
        self.pulled.append(image)
        docker("pull", image)

    def push(self, tag: str) -> str:
        self.pushed.append(tag)
        return DIGEST


@pytest.fixture
def repository(monkeypatch: pytest.MonkeyPatch) -> FakeRepository:
    """The repository that the build finds at its address."""
    fake = FakeRepository()
    monkeypatch.setattr(build, "Repository", lambda uri: fake)
    return fake


@pytest.fixture
def freeze(freeze: Freeze, monkeypatch: pytest.MonkeyPatch) -> Freeze:
    """Freeze a candidate, and order it."""

    def order(*given: Any) -> dict[str, Any]:
        made = freeze(*given)
        monkeypatch.setenv("CANDIDATE", made["candidate"])
        return made

    return order


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bucket: S3Client, docker: Path) -> Path:
    """A clean copy of the source, and the order to build it."""
    folder = tmp_path / "source"
    for part in ("app", "suite"):
        shutil.copytree(ROOT / "service" / part, folder / "service" / part)
    monkeypatch.chdir(folder)
    for name, value in ORDER.items():
        monkeypatch.setenv(name, value)
    return folder


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of the sample v1."""
    folder = tmp_path_factory.mktemp("sample")
    write("v1", folder)
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_builds(source: Path, repository: FakeRepository, freeze: Freeze, model: dict[str, bytes]) -> None:
    """An image that starts is pushed, and the artifacts name it by digest, with the passport that it will serve."""
    frozen = freeze(model)
    build.main()
    image = f"{REPOSITORY}@{DIGEST}"
    passport = json.loads((source / "output/suite/passport.json").read_text())
    web = yaml.safe_load((source / "output/bundle/docker-compose.yml").read_text())["services"]["web"]
    assert repository.pushed == [f"built-{frozen['digest']}-{ORDER['COMMIT']}"]
    assert repository.kept == []
    assert (web["image"], web["ports"]) == (image, ["80:8080"])
    told = {"RELEASE": "digits-r2", "MODEL": "digits", "CANDIDATE": frozen["candidate"], "COMMIT": ORDER["COMMIT"]}
    named = {f"SLIPWAY_{name}": value for name, value in {**told, "IMAGE": image}.items()}
    assert web["environment"] == {
        "RELEASE": "digits-r2",
        "IMAGE": image,
        **named,
        "HEALTH_LOG": build.HEALTH_LOG,
        "SAMPLES_FOLDER": build.SAMPLES,
    }
    assert web["volumes"] == [f"/var/log/nginx/healthd:{build.HEALTH_LOG}", f"/var/opt/slipway-samples:{build.SAMPLES}"]
    assert web["env_file"] == [".env"]
    assert (source / "output/bundle/.platform/samples_bucket").read_text() == "models"
    assert (passport["release"], passport["image"], passport["commit"]) == ("digits-r2", image, ORDER["COMMIT"])
    assert passport["files"] == [
        {**{name: file[name] for name in ("path", "version_id", "size")}, "sha256": sha256(model[file["path"]])}
        for file in frozen["files"]
    ]
    assert {file["path"] for file in passport["files"]} == set(model)
    assert (source / "output/suite/golden/7.png").exists()


@pytest.mark.parametrize("prefix", ["built-", ""], ids=["now", "before images had a prefix"])
def test_builds_once(
    source: Path, repository: FakeRepository, freeze: Freeze, model: dict[str, bytes], built_before: Path, docker: Path,
    prefix: str,
) -> None:  # fmt: skip
    """The same content from the same commit is not built again: the image is started, asked, and named by its digest.

    It knows the versions that it was built from, and they are what it must answer when it is tested. It is kept from
    then on, because the lifecycle policy may be about to delete it.
    """
    before = json.loads((built_before / "passport.json").read_text())
    repository.known[f"{prefix}{freeze(model)['digest']}-{ORDER['COMMIT']}"] = DIGEST
    build.main()
    image = f"{REPOSITORY}@{DIGEST}"
    assert repository.kept == [image]
    calls = [line.split()[0] for line in docker.read_text().splitlines()]
    assert ("build" in calls, "run" in calls, repository.pulled) == (False, True, [image])
    passport = json.loads((source / "output/suite/passport.json").read_text())
    assert (passport["image"], passport["files"]) == (image, before["files"])
    assert image in (source / "output/bundle/docker-compose.yml").read_text()


def test_an_image_of_another_content_under_the_tag(
    source: Path, repository: FakeRepository, freeze: Freeze, model: dict[str, bytes], built_before: Path
) -> None:
    """Whoever may push could have put it there: it is asked what it is before it is used."""
    passport = json.loads((built_before / "passport.json").read_text())
    passport["files"][0]["sha256"] = "0" * 64
    (built_before / "passport.json").write_text(json.dumps(passport))
    repository.known[f"{freeze(model)['digest']}-{ORDER['COMMIT']}"] = DIGEST
    with pytest.raises(SystemExit, match="The image answers another files at /version"):
        build.main()
    assert not (source / "output/bundle").exists()


@pytest.fixture
def built_before(
    source: Path, repository: FakeRepository, freeze: Freeze, model: dict[str, bytes], docker: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Path:  # fmt: skip
    """An image that an earlier upload of the same content has left; gives its folder."""
    freeze(model)
    build.main()
    folder = tmp_path / "image"
    shutil.move(source / "service", folder)
    for part in ("app", "suite"):
        shutil.copytree(ROOT / "service" / part, source / "service" / part)
    shutil.rmtree(source / "output")
    docker.unlink()
    monkeypatch.setenv("PULLED", str(folder))
    return folder


def test_model_that_does_not_load(
    source: Path, repository: FakeRepository, freeze: Freeze, model: dict[str, bytes], docker: Path
) -> None:
    """An image that ends at once fails the build at once, in the service's own words, and is not pushed."""
    freeze(model | {"model.onnx": model["model.onnx"][:500]})
    with pytest.raises(SystemExit, match=r"does not start.*model\.onnx cannot be loaded"):
        build.main()
    assert repository.pushed == []
    assert docker.read_text().splitlines()[-1].startswith("rm -f")


def test_the_reason_is_left(source: Path, repository: FakeRepository, freeze: Freeze, bucket: S3Client) -> None:
    """What went wrong lies where the release's card finds it, and the build ends without a trace."""
    freeze({"model.onnx": b"frozen"}, lambda made: made["files"][0].update(size=7))
    with pytest.raises(SystemExit) as ended:
        build.main()
    left = bucket.get_object(Bucket="models", Key="evidence/digits-r2/build.txt")["Body"].read().decode()
    assert left.startswith("model.onnx has 6 bytes")
    assert ended.value.code == f"The build failed: {left}"


def test_names_that_no_disk_takes(source: Path, repository: FakeRepository, freeze: Freeze, bucket: S3Client) -> None:
    """A file that is named as a folder of the same upload is possible in S3, and named as the reason."""
    freeze({"golden": b"a file", "golden/7.png": b"picture"})
    with pytest.raises(SystemExit, match=r"The build failed: .*service/model/golden"):
        build.main()
    assert bucket.get_object(Bucket="models", Key="evidence/digits-r2/build.txt")["ContentLength"] > 0


def test_a_reason_that_cannot_be_left(
    source: Path, bucket: S3Client, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A bucket that takes no evidence does not hide why the build failed."""
    monkeypatch.setenv("MODEL_BUCKET", "gone")
    with pytest.raises(SystemExit, match=r"The build failed: The manifest .* cannot be read"):
        build.main()
    assert "evidence/digits-r2/build.txt" in capsys.readouterr().err


def test_incomplete_order(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is missing in the environment is named, all of it."""
    monkeypatch.delenv("COMMIT")
    monkeypatch.setenv("RELEASE", "")
    with pytest.raises(SystemExit, match="RELEASE, COMMIT must be set"):
        build.main()


def assembled_suite(folder: Path, monkeypatch: pytest.MonkeyPatch, order: Order, own: str) -> dict[str, Any]:
    """The suite of a build of the sample service and a model with a suite of its own."""
    monkeypatch.chdir(folder)
    (folder / "model").mkdir()
    (folder / "model" / "suite.yaml").write_text(own)
    build.assemble_suite(order, ROOT / "service" / "suite", folder / "model", {})
    suite: dict[str, Any] = yaml.safe_load((folder / "output/suite/suite.yaml").read_text())
    return suite


def order(manifest: str, *, allow_looser: bool) -> Order:
    return Order("digits-r2", "digits-1", manifest, "abc", "models", "images", allow_looser)


@pytest.mark.parametrize("allow_looser", [True, False])
def test_a_push_of_code_inherits_nothing_that_was_loosened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, allow_looser: bool
) -> None:
    """It is built from the manifest of an earlier release, with the suite of record alone."""
    pushed = order("candidates/digits-r1.json", allow_looser=allow_looser)
    suite = assembled_suite(tmp_path, monkeypatch, pushed, "accuracy: null")
    assert suite["accuracy"] == {"at_least": 0.9, "below_production": 0.05}


def test_a_push_of_code_keeps_what_only_tightens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The model's own checks are still its own."""
    suite = assembled_suite(
        tmp_path, monkeypatch, order("candidates/digits-r1.json", allow_looser=False), "accuracy: 0.95"
    )
    assert suite["accuracy"]["at_least"] == 0.95


def test_an_upload_may_loosen_where_the_operators_allow_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And what it loosens is written down beside the suite."""
    uploaded = order("candidates/digits-r2.json", allow_looser=True)
    assert assembled_suite(tmp_path, monkeypatch, uploaded, "accuracy: 0.1")["accuracy"] == 0.1
    assert (tmp_path / "output/suite/loosened.json").exists()


@pytest.mark.parametrize(
    ("paths", "arguments"),
    [
        (["model.onnx", "labels.txt", "golden/0.png"], {"FORMAT": "onnx"}),
        (["MODEL.TFLITE"], {"FORMAT": "tflite"}),
        (["saved_model.pb", "variables/variables.index", "fingerprint.pb"], {"FORMAT": "saved_model"}),
        (["digits.keras", "digits.tflite"], {}),
        (["labels.txt"], {}),
        (["model.h5"], {}),
    ],
)
def test_an_image_is_built_for_the_format_of_its_model(paths: list[str], arguments: dict[str, str]) -> None:
    """Of those that the service declares; what is none of them has no say in it."""
    declared = ServiceFile(accepts=("onnx", "keras", "saved_model", "tflite", "labels.txt"))
    assert build.build_arguments(declared, {"files": [{"path": path} for path in paths]}) == arguments


def test_every_format_that_the_sample_service_takes_has_its_requirements() -> None:
    """The Dockerfile copies them by the format's name."""
    declared = service_file.read(ROOT / "service")
    formats = [name for name in declared.accepts if name in FORMATS]
    assert [name for name in formats if not (ROOT / "service" / "requirements" / f"{name}.txt").exists()] == []


def test_what_the_dockerfile_copies_goes_to_the_builder() -> None:
    """And nothing else: the list of the ignored begins with everything."""
    copied = re.findall(r"^COPY (\S+) ", (ROOT / "service" / "Dockerfile").read_text(), re.MULTILINE)
    let_in = re.findall(r"^!(\S+)$", (ROOT / "service" / ".dockerignore").read_text(), re.MULTILINE)
    assert {path.split("/")[0] for path in copied} == set(let_in)
