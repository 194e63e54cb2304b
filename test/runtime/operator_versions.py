"""Prints, by operator, the opset that gave it the form it has at an opset: ONNX's own schemas."""

import json
import sys

import onnx

opset = int(sys.argv[1])
print(
    json.dumps(
        {name: onnx.defs.get_schema(name, max_inclusive_version=opset).since_version for name in sys.argv[2:]}
    )
)
