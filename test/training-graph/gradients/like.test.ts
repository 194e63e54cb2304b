import { describe, expect, it } from "vitest";
import { createOps } from "../../../src/onnx/builder.js";
import { type Dim, graphOf } from "../../../src/onnx/graph.js";
import { float32 } from "../../../src/tensor.js";
import { reshapedLike, zerosLike } from "../../../src/training-graph/gradients/like.js";
import { compute, input, numbersOf } from "../../helpers/run-graph.js";

const opTypes = (...[inputs, outputs]: [Parameters<typeof graphOf>[1], Parameters<typeof graphOf>[2]]): string[] =>
  graphOf("test", inputs, outputs).nodes.map(({ opType }) => opType);

describe("reshapedLike", () => {
  const table: [what: string, from: Dim[], to: Dim[], expected: string[]][] = [
    ["known sizes", [6], [2, 3], ["Reshape"]],
    ["a batch that stays", ["batch", 3], ["batch", 3, 1], ["Reshape"]],
    ["a batch that was part of an axis", [undefined, 3], ["batch", 2, 3], ["Shape", "Reshape"]],
    ["two sizes that are not known", [undefined], ["batch", "patches"], ["Shape", "Reshape"]],
  ];
  it.each(table)("%s", async (_, from, to, expected) => {
    const op = createOps();
    const [value, target] = [input("value", from), input("target", to)];
    const result = reshapedLike(op, value, target);
    expect(result.shape).toEqual(to);
    expect(opTypes([value, target], [result])).toEqual(expected);
    const shapes: Record<string, number> = { batch: 2, patches: 3, undefined: 4 };
    const sized = (dims: Dim[]): number[] => dims.map((dim) => (typeof dim === "number" ? dim : shapes[`${dim}`]!));
    const [found] = await compute([result], [value, target], {
      value: float32(from.length === 1 ? [6] : sized(from)),
      target: float32(sized(to)),
    });
    expect(found!.shape).toEqual(sized(to));
  });
});

it("zerosLike is as large as its target, whatever the batch", async () => {
  const op = createOps();
  const [known, any] = [input("known", [2, 3]), input("any", ["batch", 2])];
  const [small, large] = [zerosLike(op, known), zerosLike(op, any)];
  expect([small.shape, large.shape]).toEqual([
    [2, 3],
    ["batch", 2],
  ]);
  // Zeros times infinity would be none.
  const feeds = { any: float32([2, 2], [1, Number.POSITIVE_INFINITY, Number.NaN, 1]) };
  const [six, four] = await compute([small, large], [any], feeds);
  expect(numbersOf(six!)).toEqual([0, 0, 0, 0, 0, 0]);
  expect(four).toEqual(float32([2, 2]));
});
