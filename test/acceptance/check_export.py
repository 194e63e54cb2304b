"""Looks at an exported model as Python sees it: check_export.py MODEL PIXELS

PIXELS is raw float32 [N, 3, 224, 224]. Prints a JSON object; the test judges it.
"""

import json
import sys

import numpy
import onnx
import onnxruntime

path, pixels_path = sys.argv[1:]
onnx.checker.check_model(path, full_check=True)
model = onnx.load(path)
used = {name for node in model.graph.node for name in node.input}
used |= {output.name for output in model.graph.output}

session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
pixels = numpy.fromfile(pixels_path, numpy.float32).reshape(-1, 3, 224, 224)
one_by_one = [session.run(["logits"], {"pixel_values": row[None]})[0][0] for row in pixels]
batch_of_3 = session.run(["logits"], {"pixel_values": pixels[:3]})[0]

print(
    json.dumps(
        {
            "inputs": [[value.name, value.type, value.shape] for value in session.get_inputs()],
            "outputs": [[value.name, value.type, value.shape] for value in session.get_outputs()],
            "metadata": session.get_modelmeta().custom_metadata_map,
            "operators": sorted({node.op_type for node in model.graph.node}),
            "unused": [tensor.name for tensor in model.graph.initializer if tensor.name not in used],
            "logits": numpy.array(one_by_one).tolist(),
            "batchOf3": batch_of_3.tolist(),
        }
    )
)
