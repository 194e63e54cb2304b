// Checks what the builder infers of types and shapes against what the runtime then gives.
import { describe, expect, it } from "vitest";
import { createOps, type Ops } from "../../src/onnx/builder.js";
import type { Dim } from "../../src/onnx/graph.js";
import type { OpType } from "../../src/onnx/schema.js";
import type { TypedValue } from "../../src/onnx/shapes/dims.js";
import { float32, sizeOf, type Tensor } from "../../src/tensor.js";
import { compute, input } from "./run-graph.js";

type Build = (op: Ops, values: readonly TypedValue[]) => TypedValue;

/** Inputs' shapes, float32 unless a tensor is given, and what is built of them. */
export type ShapeCase = readonly [inputs: readonly (readonly number[] | Tensor)[], build: Build];

export type ShapeCases = { readonly [O in OpType]?: readonly ShapeCase[] };

export function testShapes(cases: ShapeCases): void {
  const tensorFor = (given: readonly number[] | Tensor): Tensor =>
    "dtype" in given ? given : float32(given, new Float32Array(sizeOf(given)).fill(1));

  /** Sizes as symbols, each number its own: what inference must carry through. */
  const symbolic = (shape: readonly number[]): Dim[] => shape.map((size) => (size > 1 ? `s${size}` : size));

  describe.each(Object.entries(cases))("%s", (opType, list) => {
    it.each(list.map((one, index) => [index, ...one] as const))("case %d", async (_, given, build) => {
      const tensors = given.map(tensorFor);
      const values = tensors.map(({ dtype, shape }, i) => input(`x${i}`, shape, dtype));
      const result = build(createOps(), values);
      const feeds = Object.fromEntries(tensors.map((tensor, i) => [`x${i}`, tensor]));
      const [found] = await compute([result], values, feeds);
      expect(result.producer!.opType).toBe(opType);
      expect({ dtype: result.dtype, shape: result.shape }).toEqual({ dtype: found!.dtype, shape: found!.shape });
    });

    it.each(list.map((one, index) => [index, ...one] as const))("case %d, sizes as symbols", (_, operands, build) => {
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
    });
  });
}
