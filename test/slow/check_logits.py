"""What Python's onnxruntime makes of exported models: check_logits.py MANIFEST

MANIFEST is a JSON list of {"model", "pixels", "shape"}: pixels is raw float32 of that shape, in as many runs as the
model's own batch takes. Checks each model with onnx.checker and prints the logits, one JSON list per model.
"""

import json
import sys

import numpy
import onnx
import onnxruntime


def logits(entry: dict) -> list:
    onnx.checker.check_model(entry["model"], full_check=True)
    session = onnxruntime.InferenceSession(entry["model"], providers=["CPUExecutionProvider"])
    (image,) = session.get_inputs()
    pixels = numpy.fromfile(entry["pixels"], numpy.float32).reshape(entry["shape"])
    size = image.shape[0] if isinstance(image.shape[0], int) else len(pixels)
    rows = []
    for start in range(0, len(pixels), size):
        piece = pixels[start : start + size]
        filled = numpy.concatenate([piece, numpy.zeros((size - len(piece), *pixels.shape[1:]), numpy.float32)])
        rows.extend(session.run(["logits"], {"pixel_values": filled})[0][: len(piece)].tolist())
    return rows


with open(sys.argv[1], encoding="utf-8") as manifest:
    print(json.dumps([logits(entry) for entry in json.load(manifest)]))
