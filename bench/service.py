"""The sample service, format by format: size of what its image installs, time to start, and p50 of an answer."""

from __future__ import annotations

import base64
import io
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PIL import Image

from samples.folders import write

ROOT = Path(__file__).resolve().parent.parent
MODELS = ROOT / "tests" / "service" / "models"
# The same digits in each format; that of ONNX is the sample, a somewhat larger network.
FORMATS = {
    "onnx": "",
    "saved_model": "digits",
    "keras": "digits.keras",
    "tflite": "digits-uint8.tflite",
}
REQUESTS, ROUNDS = 200, 5


def main() -> None:
    """Print a line for each format, and one for ONNX Runtime by itself."""
    print(f"service: {REQUESTS} predictions, one after the other, over HTTP, the best of {ROUNDS} rounds")
    print(f"{'format':<22}{'packages, MB':>14}{'start, s':>10}{'p50, ms':>10}")
    with tempfile.TemporaryDirectory() as folder:
        for name, model in FORMATS.items():
            packages = _environment(name)
            home = _image(Path(folder) / name, model)
            with _started(packages, home) as (url, seconds):
                print(f"{name:<22}{_megabytes(packages):>14.0f}{seconds:>10.2f}{_p50(_request(url)):>10.2f}")
        print(f"{'ONNX Runtime, no HTTP':<22}{'':>14}{'':>10}{_p50(_plain(Path(folder) / 'onnx' / 'model')):>10.2f}")


def _environment(name: str) -> Path:
    """Install what an image of a format has, once, and return where its packages are."""
    folder = ROOT / ".cache" / "bench" / "service" / name
    requirements = ROOT / "service" / "requirements" / f"{name}.txt"
    done = folder / "done"
    if not done.exists() or done.read_bytes() != requirements.read_bytes():
        shutil.rmtree(folder, ignore_errors=True)
        uv = [str(Path(sys.executable).with_name("uv"))]
        subprocess.run(  # noqa: S603  # our own command
            [*uv, "venv", "--quiet", "--python", sys.executable, str(folder)], check=True
        )
        install = [*uv, "pip", "install", "--quiet", "--require-hashes", "--python", str(folder / "bin" / "python")]
        subprocess.run([*install, "-r", str(requirements)], check=True)  # noqa: S603
        done.write_bytes(requirements.read_bytes())
    return folder


def _megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink()) / 1e6


def _image(folder: Path, model: str) -> Path:
    """Lay out a folder as the Dockerfile does."""
    shutil.copytree(ROOT / "service" / "app", folder / "app")
    if not model:
        write("v1", folder / "model")
    elif (MODELS / model).is_dir():
        shutil.copytree(MODELS / model, folder / "model")
    else:
        (folder / "model").mkdir()
        shutil.copy(MODELS / model, folder / "model")
    return folder


@contextmanager
def _started(packages: Path, home: Path) -> Iterator[tuple[str, float]]:
    """Run the service, and give its address and the seconds until it was healthy."""
    begin = time.monotonic()
    command = [str(packages / "bin" / "python"), "-m", "app"]
    environment = {"PATH": os.environ["PATH"], "PORT": "0"}
    # Our own program, in a folder of our own.
    with subprocess.Popen(  # noqa: S603
        command, cwd=home, env=environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stderr
        line = next((line for line in process.stderr if "running on" in line), "")
        if not line:
            raise SystemExit(f"The service of {home.name} does not start.")
        url = line.split("running on ")[1].split()[0]
        try:
            with urllib.request.urlopen(f"{url}/health", timeout=10):  # noqa: S310  # our own
                yield url, time.monotonic() - begin
        finally:
            process.terminate()


def _request(url: str) -> Callable[[], object]:
    content = io.BytesIO()
    Image.effect_noise((8, 8), 80).save(content, "PNG")
    body = json.dumps({"image": f"data:image/png;base64,{base64.b64encode(content.getvalue()).decode()}"}).encode()
    request = urllib.request.Request(f"{url}/predict", body, {"Content-Type": "application/json"})  # noqa: S310

    def ask() -> object:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            return answer.read()

    return ask


def _plain(model: Path) -> Callable[[], object]:
    import onnxruntime

    session = onnxruntime.InferenceSession(next(model.glob("*.onnx")))
    (given,) = session.get_inputs()
    pixels = np.random.default_rng(1).random((1, *given.shape[1:]), np.float32)
    return lambda: session.run(None, {given.name: pixels})


def _p50(action: Callable[[], object]) -> float:
    """Return the median of the milliseconds that an action takes, in the best round: a busy machine only adds."""
    return min(statistics.median(_timed(action) for _ in range(REQUESTS)) for _ in range(ROUNDS)) * 1000


def _timed(action: Callable[[], object]) -> float:
    begin = time.perf_counter()
    action()
    return time.perf_counter() - begin
