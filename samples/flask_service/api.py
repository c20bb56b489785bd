"""An API as tutorials have it: a page, one path that predicts, and no thought of bad input."""

import base64
import io
from typing import Any

import numpy as np
import onnxruntime as ort
from flask import Flask, request
from PIL import Image

app = Flask(__name__)
session = ort.InferenceSession("model/model.onnx")


@app.get("/")
def index() -> str:
    """Say that it is there."""
    return "<h1>Digits</h1>"


@app.post("/predict")
def predict() -> dict[str, Any]:
    """Read the picture in a data URL; whatever is none makes this fail with 500."""
    content = base64.b64decode(request.get_json()["image"].split(",")[1])
    picture = Image.open(io.BytesIO(content)).convert("L").resize((8, 8), Image.Resampling.BOX)
    pixels = np.asarray(picture, dtype=np.float32).reshape(1, -1) / 255
    scores = session.run(None, {session.get_inputs()[0].name: pixels})[-1][0]
    return {"prediction": {"winning_class": str(np.argmax(scores)), "confidence": float(np.max(scores))}}
