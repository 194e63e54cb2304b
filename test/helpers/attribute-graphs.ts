// Small classifiers that use the forms operators had at opsets 7 to 12: attributes that later became inputs, `auto_pad`,
// Softmax over everything from an axis on, operators that are gone. Each ends in another way.
import { float32, int64 } from "../../src/tensor.js";
import { type AttributeValue, type Writer, writeFile } from "./graph-writer.js";
import { convolutionAttributes } from "./resnet34.js";

const CLASSES = 5;

/** Upsample, Pad, Slice, Split, Squeeze, Unsqueeze, Clip and ReduceSum by attributes; Softmax over C·H·W; LRN; PRelu. */
export const opset7 = (): Uint8Array =>
  graph(7, 3, (writer, image) => {
    const x = convolution(writer, "conv1", image, 8, 3, 2);
    const grown = writer.node("Upsample", [x], { mode: "nearest", scales: { floats: [1, 1, 2, 2] } });
    const padded = writer.node("Pad", [grown], { mode: "reflect", pads: [0, 0, 1, 2, 0, 0, 2, 1] });
    const edge = writer.node("Pad", [padded], { pads: [0, 0, 1, 1, 0, 0, 1, 1], value: { float: 0.5 } });
    const cropped = writer.node("Slice", [edge], { axes: [2, 3], starts: [1, 1], ends: [-1, 2147483647] });
    const split = { name: "split", outputs: ["left", "right"] };
    writer.node("Split", [cropped], { axis: 1, split: [3, 5] }, split);
    const clipped = writer.node("Clip", ["left"], { min: { float: 0 }, max: { float: 6 } });
    const slope = writer.uniform("slope", [5, 1, 1], 0.1, 0.3);
    const joined = writer.node("Concat", [clipped, writer.node("PRelu", ["right", slope])], { axis: 1 });
    const local = writer.node("LRN", [joined], { size: 3, alpha: { float: 1e-2 } });
    const weights = writer.node("Softmax", [local], { axis: 1 }, { name: "everywhere" });
    const gated = writer.node("Add", [local, writer.node("Mul", [local, weights])]);
    const map = convolution(writer, "conv2", gated, 16, 8, 2);
    const sum = writer.node("ReduceSum", [writer.node("Abs", [map])], { axes: [2, 3], keepdims: 0 });
    const lifted = writer.node("Unsqueeze", [writer.node("Mul", [sum, scalar(writer, 0.01)])], { axes: [2, 3] });
    const features = writer.node("Squeeze", [lifted], { axes: [2, 3] });
    return writer.node("Softmax", [dense(writer, features)], {}, { name: "prob", outputs: ["prob"] });
  });

/** Constant nodes, shape arithmetic before the Reshape, Upsample's scales as an input, LogSoftmax of axis 1. */
export const opset9 = (): Uint8Array =>
  graph(9, 4, (writer, image) => {
    const x = convolution(writer, "conv1", image, 8, 3, 2);
    const scales = writer.node("Constant", [], { value: float32([4], [1, 1, 2, 2]) }, { name: "scales" });
    const grown = writer.node("Upsample", [x, scales], { mode: "linear" });
    const map = convolution(writer, "conv2", grown, 16, 8, 2);
    const pooled = writer.node("MaxPool", [map], { kernel_shape: [16, 16], strides: [16, 16] });
    const mean = writer.node("AveragePool", [pooled], { kernel_shape: [2, 2], count_include_pad: 1 });
    const zero = writer.node("Constant", [], { value: int64([], [0]) }, { name: "zero" });
    const batch = writer.node("Gather", [writer.node("Shape", [mean]), zero], { axis: 0 });
    const rows = writer.node("Unsqueeze", [batch], { axes: [0] }, { name: "rows" });
    const rest = writer.node("Constant", [], { value: int64([1], [-1]) }, { name: "rest" });
    const shape = writer.node("Concat", [rows, rest], { axis: 0 });
    const features = writer.node("Reshape", [mean, shape]);
    return writer.node("LogSoftmax", [dense(writer, features)], {}, { name: "log_prob", outputs: ["log_prob"] });
  });

/** Slice with inputs, Resize with two, pools that round up, Dropout between the dense layers. */
export const opset10 = (): Uint8Array =>
  graph(10, 5, (writer, image) => {
    const x = convolution(writer, "conv1", image, 8, 3, 2);
    const bounds = [
      [0, 0],
      [2147483647, -1],
      [2, 3],
      [1, 1],
    ].map((values, i) => writer.constant(`bound${i}`, int64([2], values)));
    const cropped = writer.node("Slice", [x, ...bounds]);
    const scales = writer.constant("scales", float32([4], [1, 1, 2, 2]));
    const grown = writer.node("Resize", [cropped, scales], { mode: "nearest" });
    const pooled = writer.node("MaxPool", [grown], { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 });
    const map = convolution(writer, "conv2", pooled, 16, 8, 2);
    const flat = writer.node("Flatten", [writer.node("GlobalMaxPool", [map])]);
    const weight = writer.weight("hidden.weight", [16, 16]);
    const hidden = writer.node("Relu", [writer.node("Gemm", [flat, weight, scalar(writer, 0.1)], { transB: 1 })]);
    const features = writer.node("Dropout", [hidden], { ratio: { float: 0.2 } });
    return dense(writer, features);
  });

/** Clip without a lower bound, Pad, Resize and Dropout with inputs; Split, Squeeze and ReduceSum still with attributes. */
export const opset12 = (): Uint8Array =>
  graph(12, 7, (writer, image) => {
    const x = convolution(writer, "conv1", image, 8, 3, 2);
    const clipped = writer.node("Clip", [x, "", writer.constant("six", float32([], [6]))]);
    const pads = writer.constant("pads", int64([8], [0, 0, 1, 1, 0, 0, 1, 1]));
    const padded = writer.node("Pad", [clipped, pads, writer.constant("border", float32([], [0.25]))]);
    const none = writer.constant("none", float32([0], []));
    const scales = writer.constant("scales", float32([4], [1, 1, 0.5, 0.5]));
    const modes = { mode: "linear", coordinate_transformation_mode: "pytorch_half_pixel" };
    const shrunk = writer.node("Resize", [padded, none, scales], modes);
    const outputs = ["a", "b", "c", "d"];
    writer.node("Split", [shrunk], { axis: -3 }, { name: "split", outputs });
    const shuffled = writer.node("Concat", [...outputs].reverse(), { axis: -3 });
    const weights = writer.node("Softmax", [shuffled], { axis: 2 }, { name: "over_pixels" });
    const gated = writer.node("Add", [shuffled, writer.node("Mul", [shuffled, weights])]);
    const map = convolution(writer, "conv2", gated, 16, 8, 1);
    const pooled = writer.node("Squeeze", [writer.node("GlobalAveragePool", [map])], { axes: [-1, -2] });
    const ratio = writer.constant("ratio", float32([], [0.5]));
    const features = writer.node("Dropout", [pooled, ratio]);
    const column = writer.node("Unsqueeze", [features], { axes: [-1] }, { name: "column" });
    return dense(writer, writer.node("ReduceSum", [column], { axes: [-1], keepdims: 0 }));
  });

/** TensorFlow's padding on an odd number of pixels, by `auto_pad`; Squeeze, MatMul and Add. */
export const samePadding = (): Uint8Array =>
  graph(9, 4, (writer, image) => {
    const conv = (name: string, x: string, channels: number, inputs: number, auto_pad: string, strides = [2, 2]) => {
      const weight = writer.weight(`${name}/Conv2D/ReadVariableOp:0`, [channels, inputs, 3, 3]);
      return writer.node("Conv", [x, weight], { auto_pad, strides, kernel_shape: [3, 3] }, { name: `${name}/Conv2D` });
    };
    const first = writer.node("Relu", [conv("conv1", image, 8, 3, "SAME_UPPER")]);
    const pool = { kernel_shape: [3, 3], strides: [2, 2], auto_pad: "SAME_UPPER" };
    const second = conv("conv2", writer.node("MaxPool", [first], pool), 8, 8, "SAME_LOWER", [1, 1]);
    const valid = conv("conv3", second, 12, 8, "VALID", [1, 1]);
    const map = writer.node("Relu", [writer.node("AveragePool", [valid], { ...pool, kernel_shape: [2, 2] })]);
    const features = writer.node("Squeeze", [writer.node("GlobalAveragePool", [map])], { axes: [2, 3] });
    const product = writer.node("MatMul", [features, writer.weight("predictions/MatMul:0", [12, CLASSES])]);
    return writer.node("Add", [product, writer.uniform("predictions/BiasAdd:0", [CLASSES], -0.1, 0.1)]);
  });

/** Keras: ReduceMean pools by an attribute, and the classifier's weight is [features, classes]. */
export const averaging = (): Uint8Array =>
  graph(11, 6, (writer, image) => {
    const map = convolution(writer, "conv2", convolution(writer, "conv1", image, 8, 3, 2), 12, 8, 2);
    const features = writer.node("ReduceMean", [map], { axes: [2, 3], keepdims: 0 });
    const weight = writer.weight("dense/kernel:0", [12, CLASSES]);
    return writer.node("Gemm", [features, weight, writer.uniform("dense/bias:0", [CLASSES], -0.1, 0.1)]);
  });

const graph = (opset: number, irVersion: number, build: (writer: Writer, image: string) => string): Uint8Array =>
  writeFile(
    { seed: opset, opset, irVersion, image: ["image", "N", 3, 63, 63], weightsAreInputs: irVersion < 4 },
    (writer, image) => [[build(writer, image), "N", CLASSES]],
  );

function convolution(
  writer: Writer,
  name: string,
  x: string,
  channels: number,
  inputs: number,
  stride: number,
): string {
  const weight = writer.weight(`${name}.weight`, [channels, inputs, 3, 3]);
  const bias = writer.uniform(`${name}.bias`, [channels], -0.1, 0.1);
  return writer.node("Relu", [writer.node("Conv", [x, weight, bias], convolutionAttributes(3, stride), { name })]);
}

function dense(writer: Writer, features: string): string {
  const weight = writer.weight("classifier.weight", [CLASSES, 16]);
  const bias = writer.uniform("classifier.bias", [CLASSES], -0.1, 0.1);
  const options = { name: "classifier", outputs: ["logits"] };
  return writer.node("Gemm", [features, weight, bias], { transB: 1 } satisfies Record<string, AttributeValue>, options);
}

const scalar = (writer: Writer, value: number): string => writer.constant(`scalar_${value}`, float32([], [value]));
