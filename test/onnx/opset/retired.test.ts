import { expect, it } from "vitest";
import { convertOpset } from "../../../src/onnx/opset/convert.js";
import { int64 } from "../../../src/tensor.js";
import { constant, expectSame, int, oneNode, waves } from "../../helpers/opset.js";
import { refusal } from "../../helpers/refusal.js";

it("Scatter is called ScatterElements", async () => {
  const operands = [waves(3, 4), constant("indices", int64([1, 2], [2, 0])), waves(1, 2)];
  const { nodes } = await expectSame(9, oneNode("Scatter", operands, { axis: int(1) }));
  expect(nodes[0]).toMatchObject({ opType: "ScatterElements", attributes: { axis: int(1) } });
});

it("Scan over batches is refused", async () => {
  const { graph } = oneNode("Scan", [waves(1)]);
  await refusal(
    () => convertOpset(graph, 8, "m.onnx"),
    "unsupported-model",
    'Scan "scan": it scans batches of sequences',
  );
});

it.each([
  ["DeformConv", 19],
  ["AffineGrid", 20],
  ["ImageDecoder", 20],
  ["RegexFullMatch", 20],
  ["StringConcat", 20],
  ["StringSplit", 20],
  ["RotaryEmbedding", 23],
  ["TensorScatter", 24],
  ["BitCast", 26],
  ["CumProd", 26],
])("%s, of opset %i, is refused", async (opType, opset) => {
  const { graph } = oneNode(opType, [waves(1)]);
  const name = `${opType} "${opType.toLowerCase()}"`;
  for (const from of [opset, 26])
    await refusal(
      () => convertOpset(graph, from, "m.onnx"),
      "unsupported-model",
      `${name}: opset 18 has no such operator`,
    );
});
