"""The forms of an export in Python's onnxruntime: their types, and how far they are from onnx/model.onnx.

Usage: check_forms.py <folder>. Prints one JSON object.
"""

import json
import sys

import numpy as np
import onnx
import onnxruntime

folder = sys.argv[1]
pixels = np.random.default_rng(1).normal(size=(4, 3, 224, 224)).astype(np.float32)


def run(file):
    path = f"{folder}/onnx/{file}"
    onnx.checker.check_model(onnx.load(path), full_check=True)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    (given,), (output,) = session.get_inputs(), session.get_outputs()
    types = [given.name, given.type, output.name, output.type, output.shape[1]]
    return types, session.run(None, {"pixel_values": pixels})[0].astype(np.float64)


plain_types, plain = run("model.onnx")
softmax_types, probabilities = run("model_softmax.onnx")
half_types, half = run("model_fp16.onnx")
exponentials = np.exp(plain - plain.max(axis=1, keepdims=True))
expected = exponentials / exponentials.sum(axis=1, keepdims=True)
stored = [t.data_type for t in onnx.load(f"{folder}/onnx/model_fp16.onnx").graph.initializer]
print(
    json.dumps(
        {
            "plain": plain_types,
            "softmax": softmax_types,
            "half": half_types,
            "probabilityDifference": float(np.abs(probabilities - expected).max()),
            "halfDifference": float(np.abs(half - plain).max() / np.abs(plain).max()),
            "halfWeights": stored.count(onnx.TensorProto.FLOAT16),
        }
    )
)
