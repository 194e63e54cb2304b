import { describe, expect, it } from "vitest";
import { type Attribute, createNode, type Graph, graphOf, type Model, type Value } from "../../../src/onnx/graph.js";
import { freeBatch } from "../../../src/onnx/passes/free-batch.js";
import { measureShapes } from "../../../src/onnx/passes/measure-shapes.js";
import { targetOpset } from "../../../src/onnx/schema.js";
import { float32, int64, sizeOf, type Tensor } from "../../../src/tensor.js";
import { relativeDifference } from "../../helpers/difference.js";
import { evaluate } from "../../helpers/evaluate.js";
import { numbersOf } from "../../helpers/run-graph.js";

const constant = (tensor: Tensor, name = "c"): Value => ({
  name,
  dtype: tensor.dtype,
  shape: tensor.shape,
  constant: { tensor },
});
const ints = (...values: number[]): Value => constant(int64([values.length], values), "sizes");
const wave = (count: number, phase: number) =>
  Float32Array.from({ length: count }, (_, i) => Math.sin(i * 1.3 + phase));
const weight = (...shape: number[]): Value => constant(float32(shape, wave(sizeOf(shape), shape.length)), "w");
const int = (value: number): Attribute => ({ type: "INT", value });
const list = (...value: number[]): Attribute => ({ type: "INTS", value });

const op = (opType: string, inputs: (Value | undefined)[], attributes: Record<string, Attribute> = {}): Value =>
  createNode({ opType, domain: "", name: opType, inputs, attributes }, [{ name: `${opType}_Y` }]).outputs[0]!;

const photosOf = (batch: number): Value => ({ name: "x", dtype: "float32", shape: [batch, 3, 8, 8] });
const modelOf = (graph: Graph): Model => ({ graph, opsets: { "": targetOpset }, metadata: {} });

function freed(graph: Graph): Promise<Graph | undefined> {
  const [image] = graph.inputs;
  const shape = image!.shape as number[];
  return freeBatch(graph, image!, (values) => measureShapes(modelOf(graph), values, { x: float32(shape) }, evaluate));
}

/** Expects the freed network to give three photos at once what the fixed one gives each. */
async function checkFreed(graph: Graph): Promise<Graph> {
  const free = await freed(graph);
  const shape = graph.inputs[0]!.shape as number[];
  const photo = sizeOf(shape.slice(1));
  const photos = wave(3 * photo, 0.5);
  const together = await evaluate(modelOf(free!), { x: float32([3, ...shape.slice(1)], photos) });
  for (const { name } of graph.outputs) {
    for (const i of [0, 1, 2]) {
      const repeated = new Float32Array(shape[0]! * photo);
      for (let at = 0; at < shape[0]!; at++) repeated.set(photos.subarray(i * photo, (i + 1) * photo), at * photo);
      const apart = (await evaluate(modelOf(graph), { x: float32(shape, repeated) }))[name]!;
      const row = numbersOf(apart).length / shape[0]!;
      const found = numbersOf(together[name]!).slice(i * row, (i + 1) * row);
      expect(relativeDifference(found, numbersOf(apart).slice(0, row))).toBeLessThan(1e-5);
    }
  }
  return free!;
}

/** Tokens [batch, 16, 6] of patches of 2 × 2. */
function tokens(x: Value, batch: number): Value {
  const patches = op("Conv", [x, weight(6, 3, 2, 2)], { strides: list(2, 2), kernel_shape: list(2, 2) });
  return op("Transpose", [op("Reshape", [patches, ints(batch, 6, 16)])], { perm: list(0, 2, 1) });
}

/** Attention of two heads as PyTorch's nn.MultiheadAttention has it: tokens first, heads beside photos. */
function attention(x: Value, batch: number, count: number): Value {
  const first = op("Transpose", [x], { perm: list(1, 0, 2) });
  const flat = op("Reshape", [first, ints(count * batch, 6)]);
  const head = (w: Value) => {
    const projected = op("Reshape", [op("Gemm", [flat, w]), ints(count, batch * 2, 3)]);
    return op("Transpose", [projected], { perm: list(1, 0, 2) });
  };
  const [query, key, value] = [weight(6, 6), weight(6, 6), weight(6, 6)].map(head);
  const scores = op("MatMul", [query!, op("Transpose", [key!], { perm: list(0, 2, 1) })]);
  const mixed = op("MatMul", [op("Softmax", [scores]), value!]);
  const joined = op("Reshape", [op("Transpose", [mixed], { perm: list(1, 0, 2) }), ints(count, batch, 6)]);
  return op("Transpose", [joined], { perm: list(1, 0, 2) });
}

/** Windows of 2 × 2 as Swin has them, [batch · 4, 4, 6], and back. */
function windows(x: Value, batch: number): Value {
  const parted = op("Reshape", [x, ints(batch, 2, 2, 2, 2, 6)]);
  const inside = op("Reshape", [op("Transpose", [parted], { perm: list(0, 1, 3, 2, 4, 5) }), ints(4 * batch, 4, 6)]);
  const mixed = op("Softmax", [op("MatMul", [inside, weight(6, 6)])], { axis: int(1) });
  const back = op("Transpose", [op("Reshape", [mixed, ints(batch, 2, 2, 2, 2, 6)])], { perm: list(0, 1, 3, 2, 4, 5) });
  return op("Reshape", [back, ints(batch, 16, 6)]);
}

const classToken = (batch: number): Value => {
  const row = wave(6, 3);
  return constant(
    float32(
      [batch, 1, 6],
      Float32Array.from({ length: batch * 6 }, (_, i) => row[i % 6]!),
    ),
    "class_token",
  );
};

describe.each([1, 4])("freeBatch, of %i", (batch) => {
  const x = photosOf(batch);

  it("frees a classifier that reshapes its features, and says so of shapes", async () => {
    const pooled = op("GlobalAveragePool", [op("Conv", [x, weight(6, 3, 3, 3)])]);
    const features = createNode(
      { opType: "Reshape", domain: "", name: "", inputs: [pooled, ints(batch, -1)], attributes: {} },
      [{ name: "features", dtype: "float32", shape: [batch, 6] }],
    ).outputs[0]!;
    const free = await checkFreed(graphOf("g", [x], [op("Gemm", [features, weight(6, 5)]), features]));
    expect(free.inputs).toMatchObject([{ name: "x", shape: ["batch", 3, 8, 8] }]);
    expect(free.outputs[1]).toMatchObject({ name: "features", shape: ["batch", 6] });
  });

  it("frees a classifier whose file says a wrong rank of a value", async () => {
    const fields = {
      opType: "Flatten",
      domain: "",
      name: "",
      inputs: [op("Conv", [x, weight(6, 3, 8, 8)])],
      attributes: {},
    };
    const [row] = createNode(fields, [{ name: "row", dtype: "float32", shape: [] }]).outputs;
    const free = await freed(graphOf("g", [x], [op("Reshape", [row!, ints(batch, 6)])]));
    expect(free!.nodes.find(({ opType }) => opType === "Flatten")!.outputs[0]!.shape).toBeUndefined();
  });

  it("frees a transformer: class token, positions, tokens before photos, heads beside them", async () => {
    const all = op("Concat", [classToken(batch), tokens(x, batch)], { axis: int(1) });
    const attended = attention(op("Add", [all, weight(1, 17, 6)]), batch, 17);
    await checkFreed(graphOf("g", [x], [op("Gather", [attended, constant(int64([], [0]))], { axis: int(1) })]));
  });

  it("frees windows, masks over them, and layouts that are gathered element by element", async () => {
    const mixed = op("Add", [windows(tokens(x, batch), batch), weight(16, 1)]);
    const order = int64(
      [batch, 96, 1],
      Array.from({ length: batch * 96 }, (_, i) => i),
    );
    const strided = op("Gather", [op("Reshape", [mixed, ints(-1)]), constant(order)]);
    await checkFreed(graphOf("g", [x], [op("Gemm", [op("Reshape", [strided, ints(batch, 96)]), weight(96, 4)])]));
  });

  it("frees sizes to expand, resize and cut to, and dimensions of one that are dropped", async () => {
    const resized = op("Resize", [x, undefined, undefined, ints(batch, 3, 5, 4)], {
      mode: { type: "STRING", value: "nearest" },
    });
    const cut = op("Slice", [resized, ints(0, 0), ints(batch, 2), ints(0, 2)]);
    const grown = op("Expand", [op("ReduceMean", [cut, ints(1)]), ints(batch, 3, 2, 4)]);
    const pooled = op("ReduceMax", [grown, ints(2, 3)]);
    const flat = batch === 1 ? op("Squeeze", [pooled, ints(2, 3)]) : op("Squeeze", [pooled]);
    await checkFreed(graphOf("g", [x], [flat]));
  });

  it("frees sizes that are computed beside a batch that is written down", async () => {
    const channels = op("Slice", [op("Shape", [x]), ints(1), ints(2)]);
    const shape = op("Concat", [ints(batch), channels, ints(64)], { axis: int(0) });
    const flat = op("Reshape", [x, shape]);
    await checkFreed(graphOf("g", [x], [op("ReduceMean", [flat, ints(2)], { keepdims: int(0) })]));
  });
});

describe("freeBatch", () => {
  const fails = () => Promise.reject(new Error("measured"));

  it("has nothing to do where the batch is free", async () => {
    const x: Value = { name: "x", dtype: "float32", shape: ["N", 3, 8, 8] };
    expect(await freeBatch(graphOf("g", [x], [op("Relu", [x])]), x, fails)).toBeUndefined();
  });

  it("does not free what differs from photo to photo, or mixes them", async () => {
    const x = photosOf(2);
    const flat = op("Flatten", [x]);
    expect(await freed(graphOf("g", [x], [op("Add", [flat, weight(2, 192)])]))).toBeUndefined();
    expect(await freed(graphOf("g", [x], [op("Softmax", [flat], { axis: int(0) })]))).toBeUndefined();
    expect(await freed(graphOf("g", [x], [op("Slice", [flat, ints(0), ints(1), ints(0)])]))).toBeUndefined();
  });

  it("passes on why shapes could not be measured", async () => {
    const x = photosOf(2);
    await expect(freeBatch(graphOf("g", [x], [op("Relu", [x])]), x, fails)).rejects.toThrow("measured");
  });
});
