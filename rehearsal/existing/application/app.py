"""Says which digit is on an uploaded picture, with the newest model that was in the bucket at build time."""

from pathlib import Path

import numpy as np
import onnxruntime
from flask import Flask, Response, jsonify, request
from PIL import Image

MODEL = Path("final_model")
PAGE = """<!doctype html><title>Digits</title>
<form action="/predict" method="post" enctype="multipart/form-data">
<input type="file" name="file"><button>Read</button></form>"""

app = Flask(__name__)
session = onnxruntime.InferenceSession(MODEL / "model.onnx")
labels = (MODEL / "labels.txt").read_text().split()


@app.get("/")
def page() -> str:
    """A form to try it."""
    return PAGE


@app.post("/predict")
def predict() -> Response:
    """The digit on the picture in the form's field `file`."""
    picture = Image.open(request.files["file"].stream).convert("L").resize((8, 8), Image.Resampling.BOX)
    pixels = np.asarray(picture, dtype=np.float32).reshape(1, -1) / 255
    (scores,) = session.run(["probabilities"], {"pixels": pixels})[0]
    best = int(scores.argmax())
    return jsonify(prediction={"winning_class": labels[best], "confidence": float(scores[best])})


if __name__ == "__main__":
    app.run(host="0.0.0.0", port=5000)  # a container is reached from outside
