"""Steps of bench/unfrozen.ts in PyTorch: interprets the same ONNX file, so that both train the same weights.

Arguments: the file; the value that rows stand for; the features; a file of float32 numbers for the rows; how many rows.
Prints a line of JSON once ready, then one for a step for each line it reads.
"""

import json
import resource
import sys
import time

import numpy
import onnx
import torch
from onnx import helper, numpy_helper
from torch import nn
from torch.nn import functional


def conv(a, x, weight, bias=None):
    top, left, bottom, right = a.get("pads", [0, 0, 0, 0])
    if (top, left) == (bottom, right):
        return functional.conv2d(x, weight, bias, a["strides"], (top, left), groups=a["group"])
    return functional.conv2d(functional.pad(x, (left, right, top, bottom)), weight, bias, a["strides"], groups=a["group"])


OPERATORS = {
    "Add": lambda a, x, y: x + y,
    "BatchNormalization": lambda a, x, scale, bias, mean, var: functional.batch_norm(
        x, mean, var, scale, bias, eps=a["epsilon"]
    ),
    "Clip": lambda a, x, low, high: functional.relu6(x),
    "Conv": conv,
    "Flatten": lambda a, x: x.flatten(1),
    "GlobalAveragePool": lambda a, x: functional.adaptive_avg_pool2d(x, 1),
    "MaxPool": lambda a, x: functional.max_pool2d(x, a["kernel_shape"], a["strides"], a["pads"][:2]),
    "Relu": lambda a, x: functional.relu(x),
}


def attributes_of(node: onnx.NodeProto) -> dict:
    return {attribute.name: helper.get_attribute_value(attribute) for attribute in node.attribute}


class Layers(nn.Module):
    """What lies between two values of the file."""

    def __init__(self, graph: onnx.GraphProto, start: str, end: str):
        super().__init__()
        self.start, self.end, self.nodes = start, end, []
        stored = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
        casts = {node.output[0]: stored[node.input[0]] for node in graph.node if node.op_type == "Cast"}
        arrays = {name: torch.from_numpy(array.astype(numpy.float32)) for name, array in {**stored, **casts}.items()}
        known, self.constants = {start}, {}
        for node in graph.node:
            if not known & set(node.input):
                continue
            known |= set(node.output)
            self.nodes.append((OPERATORS.get(node.op_type), attributes_of(node), list(node.input), node.output[0]))
            for i, name in enumerate(node.input):
                if name in arrays:
                    is_statistic = node.op_type == "Clip" or (node.op_type == "BatchNormalization" and i > 2)
                    self.constants[name] = nn.Parameter(arrays[name], requires_grad=not is_statistic)
            if end in known:
                break
        self.weights = nn.ParameterList(value for value in self.constants.values() if value.requires_grad)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        values = {**self.constants, self.start: x}
        for operator, attributes, inputs, output in self.nodes:
            values[output] = operator(attributes, *(values[name] for name in inputs))
        return values[self.end]


def report(**facts) -> None:
    print(json.dumps(facts), flush=True)


path, start, end, numbers, count, *shape = sys.argv[1:]
rows = torch.from_numpy(numpy.fromfile(numbers, numpy.float32, int(count) * numpy.prod([*map(int, shape)])))
rows = rows.reshape(int(count), *map(int, shape))
labels = torch.arange(int(count)) % 2
layers = Layers(onnx.load(path).graph, start, end)
with torch.no_grad():
    head = nn.Linear(layers(rows[:1]).shape[1], 2)
nn.init.zeros_(head.weight)
nn.init.zeros_(head.bias)
optimizer = torch.optim.SGD([*layers.weights, *head.parameters()], lr=0.001, momentum=0.9)
report(version=torch.__version__)
for _ in sys.stdin:
    started, used = time.perf_counter(), time.process_time()
    optimizer.zero_grad()
    loss = functional.cross_entropy(head(layers(rows)), labels)
    loss.backward()
    optimizer.step()
    report(
        loss=loss.item(),
        wall=1000 * (time.perf_counter() - started),
        cpu=1000 * (time.process_time() - used),
        megabytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    )
