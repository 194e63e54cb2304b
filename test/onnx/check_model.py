"""Passes each model through onnx.checker; prints its nodes, initializers, and the sum of the first initializer."""

import sys

import onnx

for path in sys.argv[1:]:
    onnx.checker.check_model(path, full_check=True)
    graph = onnx.load(path).graph
    print(len(graph.node), len(graph.initializer), onnx.numpy_helper.to_array(graph.initializer[0]).sum())
