import { describe, expect, it } from "vitest";
import { createOps, type Ops } from "../../src/onnx/builder.js";
import type { Dim } from "../../src/onnx/graph.js";
import { type OpType, schema } from "../../src/onnx/schema.js";
import { broadcastShapes, type TypedValue, typed } from "../../src/onnx/shapes.js";
import { type DType, float32, int32, int64, sizeOf, type Tensor } from "../../src/tensor.js";
import { compute, input } from "../helpers/run-graph.js";

type Build = (op: Ops, values: readonly TypedValue[]) => TypedValue;
/** Inputs' shapes, float32 unless a tensor is given, and what is built of them. */
type Case = readonly [inputs: readonly (readonly number[] | Tensor)[], build: Build];

const binary = (opType: "Add" | "Sub" | "Mul" | "Div" | "Greater"): Case[] =>
  [
    [
      [2, 3],
      [2, 3],
    ],
    [[2, 3], [3]],
    [[], [2, 3]],
    [
      [2, 1, 4],
      [3, 1],
    ],
  ].map((shapes) => [shapes, (op, [a, b]) => op[opType](a!, b!)]);

const unary = (opType: "Exp" | "Identity" | "Neg" | "Reciprocal" | "Relu" | "Sqrt"): Case[] =>
  [[], [4], [2, 3, 1]].map((shape) => [[shape], (op, [x]) => op[opType](x!)]);

const gemm = ({ transA = 0, transB = 0 }): Case => [
  [transA ? [3, 2] : [2, 3], transB ? [4, 3] : [3, 4], [4]],
  (op, [a, b, c]) => op.Gemm(a!, b!, c, { transA, transB }),
];

const pooled = (opType: "GlobalAveragePool" | "GlobalMaxPool"): Case[] => [
  [[[2, 3, 4, 5]], (op, [x]) => op[opType](x!)],
  [[[2, 3, 4]], (op, [x]) => op[opType](x!)],
];

const reduced = (opType: "ReduceMean" | "ReduceProd" | "ReduceSum"): Case[] =>
  [0, 1].flatMap((keepdims): Case[] => [
    [[[2, 3, 4]], (op, [x]) => op[opType](x!, undefined, { keepdims })],
    [[[2, 3, 4]], (op, [x]) => op[opType](x!, op.ints(0, -1), { keepdims })],
    [[[2, 3, 4]], (op, [x]) => op[opType](x!, op.ints(), { keepdims })],
    [[[2, 3, 4]], (op, [x]) => op[opType](x!, op.ints(), { keepdims, noop_with_empty_axes: 1 })],
    [[[2, 3, 4]], (op, [x]) => op[opType](x!, undefined, { keepdims, noop_with_empty_axes: 1 })],
  ]);

const reshaped = (from: number[], ...to: number[]): Case => [[from], (op, [x]) => op.Reshape(x!, op.ints(...to))];

const cases: { readonly [O in OpType]: readonly Case[] } = {
  Add: binary("Add"),
  BatchNormalization: [
    [
      [[2, 3], [3], [3], [3], [3]],
      (op, [x, w, b, mean, variance]) => op.BatchNormalization(x!, w!, b!, mean!, variance!),
    ],
  ],
  Cast: [
    [[[2, 3]], (op, [x]) => op.Cast(x!, { to: "int64" })],
    [[int64([], [5])], (op, [x]) => op.Cast(x!, { to: "float32" })],
    [[{ dtype: "uint8", shape: [2], data: Uint8Array.of(0, 1) }], (op, [x]) => op.Cast(x!, { to: "float32" })],
  ],
  Concat: [
    [
      [
        [2, 3],
        [2, 4],
      ],
      (op, values) => op.Concat(values, { axis: 1 }),
    ],
    [
      [
        [2, 3],
        [4, 3],
        [1, 3],
      ],
      (op, values) => op.Concat(values, { axis: -2 }),
    ],
    [[[2, 3]], (op, values) => op.Concat(values, { axis: 0 })],
  ],
  Div: binary("Div"),
  Exp: unary("Exp"),
  Expand: [
    [
      [
        [2, 1],
        [2, 3],
      ],
      (op, [x, like]) => op.Expand(x!, op.Shape(like!)),
    ],
    [[[]], (op, [x]) => op.Expand(x!, op.ints(2, 3))],
  ],
  Flatten: [
    [[[2, 3, 4]], (op, [x]) => op.Flatten(x!)],
    [[[2, 3, 1, 1]], (op, [x]) => op.Flatten(x!)],
    [[[2, 3, 4]], (op, [x]) => op.Flatten(x!, { axis: -1 })],
    [[[2, 3]], (op, [x]) => op.Flatten(x!, { axis: 0 })],
    [[[2]], (op, [x]) => op.Flatten(x!)],
  ],
  Gather: [
    [[[5, 3]], (op, [data]) => op.Gather(data!, 1)],
    [[[5, 3], int32([2], [4, 0])], (op, [data, rows]) => op.Gather(data!, rows!)],
    [[[5, 3], int64([], [1])], (op, [data, row]) => op.Gather(data!, row!)],
    [[[2, 5, 3], int64([2, 2], [0, 1, 2, 3])], (op, [data, rows]) => op.Gather(data!, rows!, { axis: -2 })],
  ],
  Gemm: [gemm({}), gemm({ transA: 1 }), gemm({ transB: 1 }), gemm({ transA: 1, transB: 1 })],
  GlobalAveragePool: pooled("GlobalAveragePool"),
  GlobalMaxPool: pooled("GlobalMaxPool"),
  Greater: [...binary("Greater"), [[[2, 3]], (op, [x]) => op.Greater(x!, 0)]],
  Identity: unary("Identity"),
  LogSoftmax: [[[[2, 3]], (op, [x]) => op.LogSoftmax(x!)]],
  Mul: binary("Mul"),
  Neg: unary("Neg"),
  OneHot: [-1, 0, 1].map((axis) => [
    [int32([2, 3], [0, 1, 2, 3, 0, 1]), float32([2], [0, 1])],
    (op, [indices, values]) => op.OneHot(indices!, op.constant("depth", int32([1], [4])), values!, { axis }),
  ]),
  Reciprocal: unary("Reciprocal"),
  ReduceMean: reduced("ReduceMean"),
  ReduceProd: reduced("ReduceProd"),
  ReduceSum: reduced("ReduceSum"),
  Relu: unary("Relu"),
  Reshape: [
    reshaped([2, 3, 4], 4, 6),
    reshaped([2, 3, 4], -1, 3),
    reshaped([2, 3, 4], 0, -1),
    reshaped([2, 3, 8], 0, 0, 2, -1),
    reshaped([2, 3, 1, 1], 0, -1),
    reshaped([2, 3], -1),
    reshaped([6], 2, -1),
  ],
  Shape: [[[[2, 3, 4]], (op, [x]) => op.Shape(x!)]],
  Sqrt: unary("Sqrt"),
  Sub: binary("Sub"),
  Sum: [
    [[[2, 3], [3], [2, 1]], (op, values) => op.Sum(values)],
    [[[4]], (op, values) => op.Sum(values)],
  ],
  Transpose: [
    [[[2, 3, 4, 5]], (op, [x]) => op.Transpose(x!, { perm: [0, 3, 1, 2] })],
    [[[2, 3]], (op, [x]) => op.Transpose(x!, { perm: [1, 0] })],
  ],
  Unsqueeze: [
    [[[3]], (op, [x]) => op.Unsqueeze(x!, op.ints(0))],
    [[[2, 3]], (op, [x]) => op.Unsqueeze(x!, op.ints(-1, 1))],
  ],
  Where: [
    [
      [{ dtype: "bool", shape: [2, 1], data: Uint8Array.of(0, 1) }, [2, 3], [3]],
      (op, [condition, x, y]) => op.Where(condition!, x!, y!),
    ],
    [
      [{ dtype: "bool", shape: [2, 3], data: new Uint8Array(6) }, []],
      (op, [condition, x]) => op.Where(condition!, x!, 0),
    ],
  ],
};

const tensorFor = (given: readonly number[] | Tensor): Tensor =>
  "dtype" in given ? given : float32(given, new Float32Array(sizeOf(given)).fill(1));

/** Sizes as symbols, each number its own: what inference must carry through. */
const symbolic = (shape: readonly number[]): Dim[] => shape.map((size) => (size > 1 ? `s${size}` : size));

describe.each(Object.keys(schema) as OpType[])("%s", (opType) => {
  it.each(cases[opType].map((one, index) => [index, ...one] as const))("case %d", async (_, given, build) => {
    const tensors = given.map(tensorFor);
    const values = tensors.map(({ dtype, shape }, i) => input(`x${i}`, shape, dtype));
    const result = build(createOps(), values);
    const feeds = Object.fromEntries(tensors.map((tensor, i) => [`x${i}`, tensor]));
    const [found] = await compute([result], values, feeds);
    expect(result.producer!.opType).toBe(opType);
    expect({ dtype: result.dtype, shape: result.shape }).toEqual({ dtype: found!.dtype, shape: found!.shape });
  });

  it.each(cases[opType].map((one, index) => [index, ...one] as const))(
    "case %d, sizes as symbols",
    (_, operands, build) => {
      const tensors = operands.map(tensorFor);
      const typedBy = (shapeOf: (shape: readonly number[]) => readonly Dim[]) =>
        build(
          createOps(),
          tensors.map(({ dtype, shape }, i) => input(`x${i}`, shapeOf(shape), dtype)),
        ).shape;
      const sizes = typedBy((shape) => shape);
      const symbols = typedBy(symbolic);
      // What is reckoned from several sizes is unknown; what comes from one is that one.
      const given = new Set(tensors.flatMap(({ shape }) => shape));
      const known = symbols.map((dim, i) => (dim === undefined && !given.has(sizes[i] as number) ? sizes[i] : dim));
      expect(known.map((dim) => (typeof dim === "string" ? Number(dim.slice(1)) : dim))).toEqual(sizes);
    },
  );
});

describe("broadcastShapes", () => {
  const table: [a: Dim[], b: Dim[], result: Dim[]][] = [
    [[], [], []],
    [[3], [], [3]],
    [[2, 3], [3], [2, 3]],
    [
      [1, 3],
      [2, 1],
      [2, 3],
    ],
    [
      ["batch", 3],
      ["batch", 1],
      ["batch", 3],
    ],
    [["batch", 3], [3], ["batch", 3]],
    [["batch"], [1], ["batch"]],
    [["batch"], [7], [7]],
    [
      [undefined, 3],
      [1, 3],
      [undefined, 3],
    ],
    [[0], [1], [0]],
  ];
  it.each(table)("of %j and %j is %j, either way round", (a, b, result) => {
    expect(broadcastShapes(a, b)).toEqual(result);
    expect(broadcastShapes(b, a)).toEqual(result);
  });

  it("refuses sizes that do not meet", () => {
    expect(() => broadcastShapes([2, 3], [2])).toThrow("shapes [2,3] and [2] do not broadcast");
  });
});

describe("what the builder's user gets wrong", () => {
  const op = createOps();
  const of = (dtype: DType) => input(dtype, [2], dtype);

  it("mixed types", () => {
    expect(() => op.Add(of("float32"), of("float64"))).toThrow("operands of types float32,float64 do not go together");
  });

  it("a value of unknown type or rank", () => {
    expect(() => op.Neg({ name: "loose" })).toThrow("type and rank of loose are unknown");
    expect(() => typed({ name: "loose", dtype: "float32" })).toThrow("loose");
  });

  it("axes that are computed", () => {
    expect(() => op.ReduceSum(of("float32"), of("int64"))).toThrow("int64 must be a constant");
  });
});
