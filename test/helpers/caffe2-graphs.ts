// Classifiers as the Model Zoo has them from Caffe2: opset 7 and 8, IR 3, one image, nodes without names. Small.
import { int64 } from "../../src/tensor.js";
import { type Writer, writeFile } from "./graph-writer.js";
import { convolutionAttributes } from "./resnet34.js";

const CLASSES = 5;
const CAFFE2 = { irVersion: 3, producer: "onnx-caffe2", weightsAreInputs: true } as const;

/** Caffe2: Sum, batch-norms that list five outputs, AveragePool, Reshape to a constant [1, C], Dropout's mask, Softmax. */
export const caffe2Resnet = (): Uint8Array =>
  caffe2(4, (writer, image) => {
    const start = caffeConvolution(writer, "conv1", image, [8, 3, 3, 3], 2);
    const first = caffeConvolution(writer, "res2a_branch2a", start, [8, 8, 3, 3], 1);
    const second = caffeConvolution(writer, "res2a_branch2b", first, [8, 8, 3, 3], 1);
    const sum = writer.node("Sum", [second, start], {}, unnamed("res2a_1"));
    const active = writer.node("Relu", [sum], {}, unnamed("res2a_2"));
    const pool = { kernel_shape: [32, 32], pads: [0, 0, 0, 0], strides: [1, 1] };
    const pooled = writer.node("AveragePool", [active], pool, unnamed("pool5_1"));
    const shape = writer.constant("OC2_DUMMY_1", int64([2], [1, 8]));
    const flat = writer.node("Reshape", [pooled, shape], {}, unnamed("OC2_DUMMY_0"));
    const dropout = { ratio: { float: 0.5 } };
    const features = writer.node("Dropout", [flat], dropout, unnamed("pool5_2", "_pool5_mask_1"));
    const weights = [writer.weight("pred_w_0", [CLASSES, 8]), writer.uniform("pred_b_0", [CLASSES], -0.1, 0.1)];
    const logits = writer.node("Gemm", [features, ...weights], { transB: 1 }, unnamed("pred_1"));
    return writer.node("Softmax", [logits], {}, unnamed("prob_1"));
  });

/** Caffe2: a convolution on the pooled map [1, C, 1, 1] classifies, Reshape to a constant [1, classes], Softmax. */
export const caffe2Convolution = (): Uint8Array =>
  caffe2(5, (writer, image) => {
    const map = caffeConvolution(writer, "conv1", image, [12, 3, 3, 3], 2);
    const pooled = writer.node("GlobalAveragePool", [map], {}, unnamed("pool_1"));
    const scores = classifierMap(writer, pooled, 12);
    const shape = writer.constant("OC2_DUMMY_2", int64([2], [1, CLASSES]));
    const logits = writer.node("Reshape", [scores, shape], {}, unnamed("OC2_DUMMY_3"));
    return writer.node("Softmax", [logits], { axis: 1 }, unnamed("prob_1"));
  });

/** Caffe2's SqueezeNet: Dropout, a convolution as classifier, ReLU, GlobalAveragePool, Softmax on [1, classes, 1, 1]. */
export const caffe2Squeezenet = (): Uint8Array =>
  writeFile({ ...CAFFE2, seed: 6, opset: 8, image: ["data_0", 1, 3, 64, 64] }, (writer, image) => {
    const squeeze = caffeConvolution(writer, "conv1", image, [8, 3, 3, 3], 2);
    const expand = [1, 3].map((kernel) =>
      caffeConvolution(writer, `fire2/expand${kernel}x${kernel}`, squeeze, [6, 8, kernel, kernel], 1),
    );
    const map = writer.node("Concat", expand, { axis: 1 }, unnamed("fire2/concat_1"));
    const mask = "_fire2/concat_mask_1";
    const dropped = writer.node("Dropout", [map], { ratio: { float: 0.5 } }, unnamed("fire2/concat_2", mask));
    const scores = writer.node("Relu", [classifierMap(writer, dropped, 12)], {}, unnamed("conv10_2"));
    const pooled = writer.node("GlobalAveragePool", [scores], {}, unnamed("pool10_1"));
    return [[writer.node("Softmax", [pooled], {}, unnamed("softmaxout_1")), 1, CLASSES, 1, 1]];
  });

const caffe2 = (seed: number, build: (writer: Writer, image: string) => string): Uint8Array =>
  writeFile({ ...CAFFE2, seed, opset: 7, image: ["gpu_0/data_0", 1, 3, 64, 64] }, (writer, image) => [
    [build(writer, image), 1, CLASSES],
  ]);

/** Convolution, batch-norm with four empty outputs after its first (their absence means inference), ReLU. */
function caffeConvolution(
  writer: Writer,
  name: string,
  x: string,
  [channels, inputs, kernel]: readonly [number, number, number, number],
  stride: number,
): string {
  const weight = writer.weight(`${name}_w_0`, [channels, inputs, kernel, kernel]);
  const mapped = writer.node("Conv", [x, weight], convolutionAttributes(kernel, stride), unnamed(`${name}_1`));
  const statistics = [
    writer.uniform(`${name}_bn_s_0`, [channels], 0.7, 1.3),
    writer.uniform(`${name}_bn_b_0`, [channels], -0.1, 0.1),
    writer.uniform(`${name}_bn_rm_0`, [channels], -0.2, 0.2),
    writer.uniform(`${name}_bn_riv_0`, [channels], 0.7, 1.3),
  ];
  const outputs = [`${name}_bn_1`, "", "", "", ""];
  const normed = writer.node(
    "BatchNormalization",
    [mapped, ...statistics],
    { epsilon: { float: 1e-5 } },
    { name: "", outputs },
  );
  return writer.node("Relu", [normed], {}, unnamed(`${name}_bn_2`));
}

function classifierMap(writer: Writer, x: string, channels: number): string {
  const weight = writer.weight("conv10_w_0", [CLASSES, channels, 1, 1]);
  const bias = writer.uniform("conv10_b_0", [CLASSES], -0.1, 0.1);
  return writer.node("Conv", [x, weight, bias], convolutionAttributes(1, 1), unnamed("conv10_1"));
}

const unnamed = (...outputs: string[]) => ({ name: "", outputs });
