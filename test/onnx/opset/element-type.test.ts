import { describe, expect, it } from "vitest";
import { createNode, type Value } from "../../../src/onnx/graph.js";
import { castLike, castTo, elementTypeOf, filled, scalar } from "../../../src/onnx/opset/element-type.js";
import { emitFor } from "../../../src/onnx/opset/rule.js";
import { tensorOf } from "../../../src/onnx/tensor-data.js";
import { float32, type Tensor } from "../../../src/tensor.js";
import { type Attributes, apply, constant, int } from "../../helpers/opset.js";

const half: Value = { name: "half", dtype: "float16", shape: [2] };
const single: Value = { name: "single", dtype: "float32" };
const unknown: Value = { name: "unknown" };
const emit = emitFor({ opType: "Gelu", domain: "", name: "gelu", inputs: [], outputs: [], attributes: {} });
const double: Tensor = { dtype: "float64", shape: [1], data: Float64Array.of(0) };

const one = (opType: string, inputs: (Value | undefined)[], attributes: Attributes = {}): Value =>
  apply(opType, inputs, attributes)[0]!;

const ofRuntime = (opType: string): Value => {
  const node = { opType, domain: "com.microsoft", name: "", inputs: [half], attributes: {} };
  return createNode(node, [{ name: "y" }]).outputs[0]!;
};

describe("elementTypeOf", () => {
  it.each<[string, Value, string | undefined]>([
    ["what is stated", half, "float16"],
    ["a constant's", constant("c", double), "float64"],
    ["the first operand's, through many", one("Relu", [one("Conv", [one("Flatten", [half]), single])]), "float16"],
    ["a cast's", one("Cast", [half], { to: int(11) }), "float64"],
    ["another value's", one("CastLike", [half, single]), "float32"],
    ["the choices'", one("Where", [single, half]), "float16"],
    ["the values'", one("OneHot", [single, single, half]), "float16"],
    ["the scale's", one("DequantizeLinear", [single, half]), "float16"],
    ["a node's constant", one("Constant", [], { value: { type: "TENSOR", value: { tensor: double } } }), "float64"],
    [
      "a filling's",
      one("ConstantOfShape", [half], { value: { type: "TENSOR", value: { tensor: double } } }),
      "float64",
    ],
    ["the default filling", one("ConstantOfShape", [half]), "float32"],
    ["a comparison's", one("Not", [one("Less", [half, half])]), "bool"],
    ["a shape's", one("Shape", [half]), "int64"],
    ["the whole's, of a later part", apply("Split", [half], {}, 3)[2]!, "float16"],
    ["a fused operator's operand", ofRuntime("Gelu"), "float16"],
    ["none of another of the runtime's own", ofRuntime("MatMulNBits"), undefined],
    ["none of an input without one", unknown, undefined],
    ["none of a subgraph's result", one("If", [half]), undefined],
    ["none of a second output", apply("MaxPool", [half], {}, 2)[1]!, undefined],
    [
      "none of another domain's",
      createNode({ opType: "Relu", domain: "x", name: "", inputs: [half], attributes: {} }, [{ name: "y" }])
        .outputs[0]!,
      undefined,
    ],
  ])("finds %s", (_, value, dtype) => {
    expect(elementTypeOf(value)).toBe(dtype);
  });

  it("walks a long chain once, not once for each of its nodes", () => {
    const values = [half];
    for (let i = 0; i < 50_000; i++) values.push(one("Relu", [values.at(-1)]));
    const start = performance.now();
    expect(values.every((value) => elementTypeOf(value) === "float16")).toBe(true);
    expect(elementTypeOf(values.at(-1)!)).toBe("float16");
    expect(performance.now() - start).toBeLessThan(1000);
  });
});

describe("constants of a type", () => {
  it.each([
    ["float32", Float32Array.of(1.5, 1.5)],
    ["float64", Float64Array.of(1.5, 1.5)],
    ["float16", Uint16Array.of(0x3e00, 0x3e00)],
    ["bfloat16", Uint16Array.of(0x3fc0, 0x3fc0)],
  ] as const)("are made for %s", (dtype, data) => {
    const value = filled("c", 1.5, [2], { name: "x", dtype }, emit);
    expect(value).toMatchObject({ dtype, shape: [2] });
    expect(tensorOf(value.constant!).data).toEqual(data);
  });

  it("are cast by the runtime where the type is not known", () => {
    const value = scalar("c", 1.5, unknown, emit);
    expect(value.producer).toMatchObject({
      opType: "CastLike",
      name: "gelu_CastLike",
      inputs: [{ dtype: "float32" }, unknown],
    });
    expect(tensorOf(value.producer!.inputs[0]!.constant!)).toEqual(float32([], [1.5]));
  });
});

describe("casts", () => {
  it("are left out where they change nothing", () => {
    expect(castTo("float16", half, emit)).toBe(half);
    expect(castLike(half, one("Relu", [half]), emit)).toBe(half);
    expect(castTo("float32", half, emit).producer).toMatchObject({ opType: "Cast", attributes: { to: int(1) } });
    expect(castLike(single, half, emit).producer).toMatchObject({ opType: "Cast", attributes: { to: int(10) } });
    expect(castLike(single, unknown, emit).producer).toMatchObject({ opType: "CastLike", inputs: [single, unknown] });
  });
});
