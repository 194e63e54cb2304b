import { describe, expect, it } from "vitest";
import { emit } from "../../../src/onnx/emit.js";
import { type Attribute, graphOf, type Value } from "../../../src/onnx/graph.js";
import { withoutAutoPad } from "../../../src/onnx/passes/auto-pad.js";
import { float32, sizeOf } from "../../../src/tensor.js";
import { input, numbersOf, run } from "../../helpers/run-graph.js";

const ints = (...value: number[]): Attribute => ({ type: "INTS", value });
const string = (value: string): Attribute => ({ type: "STRING", value });
const x = input("x", [1, 2, 7, 8]);
const w = input("w", [2, 2, 3, 4]);
const numbers = (shape: readonly number[]) =>
  float32(
    shape,
    Float32Array.from({ length: sizeOf(shape) }, (_, i) => Math.cos(3 * i)),
  );
const kernel = { kernel_shape: ints(3, 4) };

const cases: [opType: string, inputs: Value[], attributes: Record<string, Attribute>][] = [
  ["Conv", [x, w], {}],
  ["Conv", [x, w], { strides: ints(2, 3) }],
  ["Conv", [x, w], { dilations: ints(2, 1), strides: ints(3, 1) }],
  ["MaxPool", [x], { ...kernel, strides: ints(2, 2) }],
  ["MaxPool", [x], { ...kernel, strides: ints(2, 2), dilations: ints(2, 2) }],
  ["AveragePool", [x], { ...kernel, strides: ints(2, 3) }],
  ["Conv", [x, w], { strides: ints(4, 5) }],
  ["ConvTranspose", [x, w], { strides: ints(2, 2) }],
  ["ConvTranspose", [x, w], { strides: ints(2, 2), output_shape: ints(14, 15) }],
];

describe("withoutAutoPad", () => {
  it.each(
    cases.flatMap(([opType, inputs, attributes]) =>
      ["SAME_UPPER", "SAME_LOWER", "VALID", "NOTSET"]
        // Nor does the runtime's Conv take dilations beside it.
        .filter((mode) => !(opType === "Conv" && attributes.dilations && mode.startsWith("SAME")))
        .map((mode) => [opType, mode, inputs, attributes] as const),
    ),
  )("pads %s by %s as the runtime does", async (opType, mode, inputs, attributes) => {
    const y = emit(opType, "y", inputs, { attributes: { ...attributes, auto_pad: string(mode) }, dtype: "float32" });
    const graph = graphOf("g", inputs, [y]);
    const explicit = withoutAutoPad(graph);
    expect(explicit.nodes[0]!.attributes.auto_pad).toBeUndefined();
    const feeds = Object.fromEntries(inputs.map(({ name, shape }) => [name, numbers(shape as number[])]));
    const [found, wanted] = [await run(explicit, feeds), await run(graph, feeds)];
    expect(found[0]!.shape).toEqual(wanted[0]!.shape);
    expect(numbersOf(found[0]!)).toEqual(numbersOf(wanted[0]!));
  });

  it("leaves a size that nobody knows to the runtime", () => {
    const open = input("x", [1, 2, "h", 8]);
    const y = emit("Conv", "y", [open, w], { attributes: { auto_pad: string("SAME_UPPER") } });
    const graph = graphOf("g", [open, w], [y]);
    expect(withoutAutoPad(graph)).toBe(graph);
  });
});
