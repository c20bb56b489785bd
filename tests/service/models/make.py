"""Make the models beside this file again: `pip install tensorflow-cpu scikit-learn`, then `python make.py`.

They are committed, because TensorFlow is larger than all that the tests need together. Made with TensorFlow 2.21.
"""

from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from sklearn.datasets import load_digits

HERE = Path(__file__).parent

keras.utils.set_random_seed(7)
digits = load_digits()
pictures, numbers = (digits.images / 16).astype("float32")[..., None], digits.target
model = keras.Sequential(
    [
        keras.layers.Input((8, 8, 1), name="pixels"),
        keras.layers.Conv2D(4, 3, activation="relu"),
        keras.layers.Flatten(),
        keras.layers.Dropout(0.2),
        keras.layers.Dense(10, activation="softmax"),
    ]
)
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(pictures[:1500], numbers[:1500], epochs=30, verbose=0)
model.save(HERE / "digits.keras")
model.save(HERE / "digits.h5")
model.export(HERE / "digits")

converter = tf.lite.TFLiteConverter.from_saved_model(str(HERE / "digits"))
(HERE / "digits.tflite").write_bytes(converter.convert())
for name, kind in (("uint8", tf.uint8), ("int8", tf.int8)):
    converter = tf.lite.TFLiteConverter.from_saved_model(str(HERE / "digits"))
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = lambda: ([pictures[place : place + 1]] for place in range(200))
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = converter.inference_output_type = kind
    (HERE / f"digits-{name}.tflite").write_bytes(converter.convert())

np.savez_compressed(
    HERE / "held-out.npz", pictures=(digits.images[1500:] * 15.9375).astype("uint8"), digits=numbers[1500:]
)
