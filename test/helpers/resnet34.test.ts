import { expect, it } from "vitest";
import { readModel } from "../../src/onnx/read.js";
import { sizeOf } from "../../src/tensor.js";
import { RESNET34_PARAMETERS, resnet34 } from "./resnet34.js";

const weightsOf = (file: Uint8Array) => readModel(file, { source: "resnet34" }).graph.initializers;
const sizes = (file: Uint8Array) =>
  weightsOf(file)
    .filter(({ name }) => !name.includes("running"))
    .reduce((sum, { shape }) => sum + sizeOf(shape as readonly number[]), 0);

it.each(["torchvision", "mxnet"] as const)("has torchvision's number of parameters (%s)", (style) => {
  expect(sizes(resnet34({ seed: 1, style, batchNorm: true }))).toBe(RESNET34_PARAMETERS);
});

it("bears torchvision's names", () => {
  const names = weightsOf(resnet34({ seed: 1, style: "torchvision", batchNorm: true })).map(({ name }) => name);
  expect(names).toHaveLength(182);
  expect(names).toEqual(
    expect.arrayContaining([
      "conv1.weight",
      "bn1.running_var",
      "layer4.0.downsample.1.bias",
      "layer3.5.bn2.weight",
      "fc.bias",
    ]),
  );
});

it("has biases in place of folded batch-norms", () => {
  const names = weightsOf(resnet34({ seed: 1, style: "torchvision", batchNorm: false })).map(({ name }) => name);
  expect(names.filter((name) => name.endsWith(".bias"))).toHaveLength(37);
  expect(names.some((name) => name.includes("running"))).toBe(false);
});
