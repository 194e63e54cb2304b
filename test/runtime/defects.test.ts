import { expect, it } from "vitest";
import { type ConvolutionUse, isWrongOn, mostParts } from "../../src/runtime/defects.js";

it.each<[ConvolutionUse["opType"], number, number, number, boolean]>([
  ["Conv", 1, 3, 8, false],
  ["Conv", 1, 6, 8, true],
  ["Conv", 1, 6, 6, false],
  ["Conv", 1, 9, 4, true],
  ["Conv", 1, 12, 8, false],
  ["Conv", 1, 30, 8, true],
  ["Conv", 2, 6, 8, false],
  ["ConvTranspose", 1, 2, 1, false],
  ["ConvTranspose", 2, 1, 1, false],
  ["ConvTranspose", 2, 2, 1, true],
  ["ConvTranspose", 8, 3, 1, false],
  ["ConvTranspose", 8, 4, 1, true],
  ["ConvTranspose", 8, 4, 2, false],
])("%s in %i groups from %i to %i channels: wrong on WebGPU is %s", (opType, group, inputs, outputs, isWrong) => {
  const use = { opType, group, inputs, outputs };
  expect(isWrongOn("webgpu", use)).toBe(isWrong);
  for (const device of ["cpu", "wasm", "cuda"] as const) expect(isWrongOn(device, use)).toBe(false);
});

it("Split has at most seven outputs on WebGPU, and any number elsewhere", () => {
  expect((["webgpu", "cpu", "wasm", "cuda"] as const).map(mostParts)).toEqual([
    7,
    ...Array(3).fill(Number.POSITIVE_INFINITY),
  ]);
});
