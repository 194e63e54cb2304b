"""What Python makes of exported networks: check_networks.py MANIFEST

MANIFEST is a JSON list of {"model", "pixels", "shape"}; pixels is raw float32 of that shape. Checks each model with
onnx.checker and prints one JSON list with what each is and gives; the test judges it.
"""

import json
import sys

import numpy
import onnx
import onnxruntime


def seen(entry: dict) -> dict:
    path = entry["model"]
    onnx.checker.check_model(path, full_check=True)
    model = onnx.load(path)
    graph = model.graph
    used = {name for node in graph.node for name in node.input} | {output.name for output in graph.output}
    attributes = [(attribute.name, attribute.i) for node in graph.node for attribute in node.attribute]
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    (image,), (output,) = session.get_inputs(), session.get_outputs()
    pixels = numpy.fromfile(entry["pixels"], numpy.float32).reshape(entry["shape"])
    return {
        "opsets": {opset.domain: opset.version for opset in model.opset_import},
        "input": [image.name, image.type, image.shape[0]],
        "output": [output.name, output.type, output.shape[1]],
        "operators": [node.op_type for node in graph.node],
        "training": ("training_mode", 1) in attributes,
        "unused": [tensor.name for tensor in graph.initializer if tensor.name not in used],
        "metadata": session.get_modelmeta().custom_metadata_map,
        "rows": session.run(None, {image.name: pixels})[0].tolist(),
    }


with open(sys.argv[1], encoding="utf-8") as manifest:
    print(json.dumps([seen(entry) for entry in json.load(manifest)]))
