// Classifiers as the Model Zoo has them from MXNet: opset 7 and 8, IR 3, weights among the inputs, Gluon's names. Small.
import { int64 } from "../../src/tensor.js";
import { writeFile } from "./graph-writer.js";
import { basicLayers, convolutionAttributes, mxnetNames, resnet34 } from "./resnet34.js";

const CLASSES = 5;
const MXNET = { irVersion: 3, weightsAreInputs: true } as const;

/** MXNet, version 1: convolution, batch-norm with `spatial`, ReLU; GlobalAveragePool, Flatten, Gemm(transB). */
export const mxnetResnet = (): Uint8Array =>
  resnet34({
    seed: 1,
    style: "mxnet",
    batchNorm: true,
    widths: [4, 8, 12, 16],
    blocks: [1, 2, 1, 1],
    classes: CLASSES,
    size: 64,
  });

/** MXNet, version 2: a batch-norm on the image, pre-activation, Reshape [0, -1] instead of Flatten, batch 1. */
export const mxnetResnetV2 = (): Uint8Array =>
  writeFile({ seed: 2, opset: 7, image: ["data", 1, 3, 64, 64], ...MXNET }, (writer, data) => {
    const { named, normalise } = basicLayers(writer, mxnetNames("resnetv22"), true, true);
    const conv = (stage: number, x: string, shape: readonly [number, number, number, number], stride: number) => {
      const layer = named("", "conv", stage);
      const weight = writer.weight(layer.parameter("weight"), shape);
      return writer.node("Conv", [x, weight], convolutionAttributes(shape[2], stride), layer);
    };
    const activate = (stage: number, x: string, channels: number) =>
      writer.node("Relu", [normalise("", stage, x, channels)], {}, named("", "relu", stage));

    let x = conv(0, normalise("", 0, data, 3), [4, 3, 7, 7], 2);
    const pool = { kernel_shape: [3, 3], pads: [1, 1, 1, 1], strides: [2, 2] };
    x = writer.node("MaxPool", [activate(0, x, 4)], pool, named("", "pool", 0));
    for (const [stage, inputs, width] of [
      [1, 4, 8],
      [2, 8, 16],
    ] as const) {
      const active = activate(stage, x, inputs);
      const first = activate(stage, conv(stage, active, [width, inputs, 3, 3], 2), width);
      const second = conv(stage, first, [width, width, 3, 3], 1);
      const shortcut = conv(stage, active, [width, inputs, 1, 1], 2);
      x = writer.node("Add", [second, shortcut], {}, named("", "_plus", stage));
    }
    const pooled = writer.node("GlobalAveragePool", [activate(0, x, 16)], {}, named("", "pool", 0));
    const shape = writer.constant("reshape_attr_tensor170", int64([2], [0, -1]));
    const features = writer.node("Reshape", [pooled, shape], {}, named("", "flatten0_reshape", 0));
    const fc = named("", "dense", 0);
    const weight = writer.weight(fc.parameter("weight"), [CLASSES, 16]);
    const bias = writer.uniform(fc.parameter("bias"), [CLASSES], -0.1, 0.1);
    const attributes = { alpha: { float: 1 }, beta: { float: 1 }, transA: 0, transB: 1 };
    return [[writer.node("Gemm", [features, weight, bias], attributes, fc), 1, CLASSES]];
  });

/** MXNet's MobileNetV2: Clip with attributes, depthwise convolutions, a convolution as classifier, then Reshape [0, -1]. */
export const mxnetMobilenet = (): Uint8Array =>
  writeFile({ seed: 3, opset: 7, image: ["data", "N", 3, 64, 64], ...MXNET }, (writer, data) => {
    const { named, normalise } = basicLayers(writer, mxnetNames("mobilenetv20_features"), true, true);
    const six = { min: { float: 0 }, max: { float: 6 } };
    const conv = (x: string, channels: number, inputs: number, kernel: number, stride: number, group = 1) => {
      const layer = named("", "conv", 0);
      const weight = writer.weight(layer.parameter("weight"), [channels, inputs / group, kernel, kernel]);
      return normalise(
        "",
        0,
        writer.node("Conv", [x, weight], convolutionAttributes(kernel, stride, group), layer),
        channels,
      );
    };
    const clip = (x: string) => writer.node("Clip", [x], six, named("", "relu60_clip", 0));

    let x = clip(conv(data, 4, 3, 3, 2));
    for (const [inputs, width] of [
      [4, 8],
      [8, 12],
    ] as const) {
      const wide = clip(conv(x, inputs * 6, inputs, 1, 1));
      x = conv(clip(conv(wide, inputs * 6, inputs * 6, 3, 2, inputs * 6)), width, inputs * 6, 1, 1);
    }
    const pooled = writer.node("GlobalAveragePool", [clip(conv(x, 20, 12, 1, 1))], {}, named("", "pool", 0));
    const weight = writer.weight("mobilenetv20_output_pred_weight", [CLASSES, 20, 1, 1]);
    const name = "mobilenetv20_output_pred_fwd";
    const scores = writer.node("Conv", [pooled, weight], convolutionAttributes(1, 1), { name, outputs: [name] });
    const shape = writer.constant("reshape_attr_tensor421", int64([2], [0, -1]));
    const last = "mobilenetv20_output_flatten0_reshape0";
    return [[writer.node("Reshape", [scores, shape], {}, { name: last, outputs: [last] }), "N", CLASSES]];
  });
