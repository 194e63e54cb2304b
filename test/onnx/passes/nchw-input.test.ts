import { describe, expect, it } from "vitest";
import { createNode, graphOf, type Value } from "../../../src/onnx/graph.js";
import { toChannelsFirst } from "../../../src/onnx/passes/nchw-input.js";
import { float32, type Tensor } from "../../../src/tensor.js";
import { input, run } from "../../helpers/run-graph.js";

const image = input("x", [2, 4, 5, 3]);

const node = (opType: string, inputs: Value[], name: string, perm?: number[]): Value =>
  createNode({ opType, domain: "", name, inputs, attributes: perm ? { perm: { type: "INTS", value: perm } } : {} }, [
    { name, dtype: "float32" },
  ]).outputs[0]!;

const pixels = Float32Array.from({ length: 120 }, (_, i) => Math.sin(i));
const photosLast = float32([2, 4, 5, 3], pixels);

/** The same photos, channels first. */
async function photosFirst(): Promise<Tensor> {
  const [first] = await run(graphOf("t", [image], [node("Transpose", [image], "t", [0, 3, 1, 2])]), { x: photosLast });
  return first!;
}

const opTypes = (graph: { nodes: readonly { opType: string }[] }) => graph.nodes.map(({ opType }) => opType);

describe("toChannelsFirst", () => {
  it("transposes the image back for a network that works channels last", async () => {
    const graph = graphOf("g", [image], [node("Softmax", [image], "y")]);
    const first = toChannelsFirst(graph, image);
    expect(first.inputs).toMatchObject([{ name: "x", dtype: "float32", shape: [2, 3, 4, 5] }]);
    expect(opTypes(first)).toEqual(["Transpose", "Softmax"]);
    expect(await run(first, { x: await photosFirst() })).toEqual(await run(graph, { x: photosLast }));
  });

  it("undoes the transpose that a network begins with, and keeps it for those who need the other form", async () => {
    const transposed = node("Transpose", [image], "t", [0, 3, 1, 2]);
    const pooled = node("GlobalAveragePool", [transposed], "y");
    const alone = toChannelsFirst(graphOf("g", [image], [pooled]), image);
    expect(opTypes(alone)).toEqual(["GlobalAveragePool"]);

    const both = graphOf("g", [image], [pooled, node("Softmax", [image], "z"), transposed]);
    const first = toChannelsFirst(both, image);
    expect(opTypes(first)).toEqual(["Transpose", "GlobalAveragePool", "Softmax", "Identity"]);
    expect(first.outputs.map(({ name }) => name)).toEqual(["y", "z", "t"]);
    const feeds = { x: await photosFirst() };
    expect(await run(first, feeds)).toEqual(await run(both, { x: photosLast }));
    expect(await run(alone, feeds)).toEqual((await run(both, { x: photosLast })).slice(0, 1));
  });

  it("takes no other transpose for the inverse", () => {
    const other = graphOf("g", [image], [node("Transpose", [image], "y", [0, 3, 2, 1])]);
    expect(opTypes(toChannelsFirst(other, image))).toEqual(["Transpose", "Transpose"]);
  });
});
