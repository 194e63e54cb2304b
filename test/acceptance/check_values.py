"""What an export gives for a photo that fills its input exactly, in Python's onnxruntime.

Usage: check_values.py <folder> <photo> [<file>]. The photo is 224 × 224. Prints one JSON object.
"""

import json
import sys

import numpy as np
import onnx
import onnxruntime
from PIL import Image

folder, photo = sys.argv[1:3]
file = sys.argv[3] if len(sys.argv) > 3 else "onnx/model.onnx"
path = f"{folder}/{file}"
onnx.checker.check_model(onnx.load(path), full_check=True)
recipe = json.load(open(f"{folder}/preprocessor_config.json"))
rgb = np.asarray(Image.open(photo).convert("RGB"), dtype=np.float32) / 255
pixels = ((rgb - recipe["image_mean"]) / recipe["image_std"]).astype(np.float32).transpose(2, 0, 1)[None]
session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
(output,) = session.get_outputs()
values = session.run(None, {"pixel_values": pixels})[0][0].tolist()
metadata = session.get_modelmeta().custom_metadata_map
print(json.dumps({"output": output.name, "values": values, "metadata": metadata}))
