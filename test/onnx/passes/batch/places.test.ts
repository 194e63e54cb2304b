import { describe, expect, it } from "vitest";
import { type Attribute, createNode, graphOf, type Value } from "../../../../src/onnx/graph.js";
import { placeBatch, situationOf } from "../../../../src/onnx/passes/batch/places.js";
import { float32, int64, type Tensor } from "../../../../src/tensor.js";

const constant = (tensor: Tensor): Value => ({
  name: "c",
  dtype: tensor.dtype,
  shape: tensor.shape,
  constant: { tensor },
});
const ints = (...values: number[]): Value => constant(int64([values.length], values));
const weight = (...shape: number[]): Value => constant(float32(shape));
const measured = new Map<Value, readonly number[]>();

/** A new value and the shape it would be measured to have. */
function value(name: string, ...shape: number[]): Value {
  const created: Value = { name, dtype: "float32", shape };
  measured.set(created, shape);
  return created;
}

function apply(opType: string, inputs: Value[], shape: number[], attributes: Record<string, Attribute> = {}): Value {
  const [y] = createNode({ opType, domain: "", name: opType, inputs, attributes }, [{ name: opType }]).outputs;
  measured.set(y!, shape);
  return y!;
}

const list = (...value: number[]): Attribute => ({ type: "INTS", value });
const placesIn = (image: Value, outputs: Value[], batch: number) =>
  placeBatch(graphOf("g", [image], outputs), image, measured, batch);

describe("placeBatch", () => {
  it("follows the batch of four through other places to rows", () => {
    const x = value("x", 4, 3, 2);
    const turned = apply("Transpose", [x], [3, 4, 2], { perm: list(1, 0, 2) });
    const merged = apply("Reshape", [turned, ints(12, 2)], [12, 2]);
    const dense = apply("MatMul", [merged, weight(2, 5)], [12, 5]);
    const parted = apply("Reshape", [dense, ints(3, 4, 5)], [3, 4, 5]);
    const y = apply("ReduceMean", [parted, ints(0)], [4, 5], { keepdims: { type: "INT", value: 0 } });
    const places = placesIn(x, [y], 4);
    expect([x, turned, merged, dense, parted, y].map((at) => places!.get(at))).toEqual(
      [0, 1, 0, 0, 1, 0].map((axis) => ({ axis, inner: 1 })),
    );
  });

  it("turns back where a guess about a batch of one makes photos mix later", () => {
    const x = value("x", 1, 1, 8);
    // Either dimension of one may hold the batch; the softmax over the first says that it is the second.
    const reshaped = apply("Reshape", [x, ints(1, 1, 8)], [1, 1, 8]);
    const attended = apply("Softmax", [apply("Neg", [reshaped], [1, 1, 8])], [1, 1, 8], {
      axis: { type: "INT", value: 0 },
    });
    const y = apply("Squeeze", [attended, ints(0)], [1, 8]);
    const places = placesIn(x, [y], 1);
    expect(places!.get(reshaped)).toEqual({ axis: 1, inner: 1 });
    expect(places!.get(y)).toEqual({ axis: 0, inner: 1 });
  });

  it("gives up on networks that mix photos, or do not give a row for each", () => {
    const x = value("x", 2, 3);
    expect(placesIn(x, [apply("ReduceMean", [x, ints(0)], [1, 3])], 2)).toBeUndefined();
    expect(placesIn(x, [apply("Transpose", [x], [3, 2])], 2)).toBeUndefined();
    expect(placesIn(x, [apply("Shape", [x], [2])], 2)).toBeUndefined();
    expect(placesIn(x, [apply("Reshape", [x, ints(6)], [6])], 2)).toBeUndefined();
  });

  it("ends, however many guesses there are", () => {
    const x = value("x", 1, 1, 8);
    let at = x;
    for (let i = 0; i < 40; i++) at = apply("Reshape", [at, ints(1, 1, 8)], [1, 1, 8]);
    const y = apply("ReduceMean", [at, ints(0, 1, 2)], [1, 1, 1]);
    expect(placesIn(x, [y], 1)).toBeUndefined();
  });

  it("does not follow what happens in subgraphs, but takes their rows for photos", () => {
    const x = value("x", 2, 3);
    const branch = { ...graphOf("branch", [x], [apply("Neg", [x], [2, 3])]), inputs: [] };
    const condition = constant({ dtype: "bool", shape: [], data: Uint8Array.of(1) });
    const branches = {
      then_branch: { type: "GRAPH", value: branch },
      else_branch: { type: "GRAPH", value: branch },
    } as const;
    const y = apply("If", [condition], [2, 3], branches);
    expect(placesIn(x, [y], 2)!.get(y)).toEqual({ axis: 0, inner: 1 });
    expect(placesIn(x, [apply("If", [condition], [3, 2], branches)], 2)).toBeUndefined();
  });
});

describe("situationOf", () => {
  it("knows shapes of constants without measuring, and inputs that are left out", () => {
    const x = value("x", 2, 3);
    const node = createNode(
      { opType: "Clip", domain: "", name: "", inputs: [x, undefined, weight()], attributes: {} },
      [],
    );
    const places = new Map([[x, { axis: 0, inner: 1 }]]);
    expect(situationOf(node, [2, 3], places, measured, 2)).toEqual({
      node,
      places: [{ axis: 0, inner: 1 }, undefined, undefined],
      shapes: [[2, 3], [], []],
      result: [2, 3],
      batch: 2,
    });
  });
});
