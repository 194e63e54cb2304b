import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type OperatorSchema, operators, ownTypes } from "../../src/onnx/operators.js";
import { inputNames, type OpType, targetOpset } from "../../src/onnx/schema.js";

/** ONNX's own operators at opset 18, see ../fixtures/make_operators.py. */
interface Definition {
  readonly inputs: readonly string[];
  /** Of inputs that take few. */
  readonly types: Readonly<Record<string, readonly string[]>>;
  readonly attributes: Readonly<Record<string, { readonly type: string; readonly default?: unknown; required?: true }>>;
}
const onnx: Readonly<Record<string, Definition>> = JSON.parse(
  readFileSync(new URL("../fixtures/operators.json", import.meta.url), "utf8"),
);

const opTypes = Object.keys(operators) as OpType[];

/** What is not in our table: settled on import, of training, or of outputs that nobody asks for. */
const leftOut: { readonly [O in OpType]?: readonly string[] } = {
  AveragePool: ["auto_pad"],
  BatchNormalization: ["momentum", "training_mode"],
  Conv: ["auto_pad"],
  ConvTranspose: ["auto_pad"],
  Dropout: ["seed"],
  LayerNormalization: ["stash_type"],
  MaxPool: ["auto_pad", "storage_order"],
};

describe("operators", () => {
  it("are sorted, and a variadic input is the only one", () => {
    expect(targetOpset).toBe(18);
    expect(opTypes).toEqual(opTypes.toSorted());
    for (const opType of opTypes) {
      const inputs: readonly string[] = operators[opType].inputs;
      expect(inputs.some((name) => name.endsWith("...")) ? inputs.length : 1).toBe(1);
    }
  });

  it.each(opTypes)("%s is as ONNX has it", (opType) => {
    const definition = onnx[opType]!;
    expect(operators[opType].inputs).toEqual(definition.inputs);
    const attributes: OperatorSchema["attributes"] = operators[opType].attributes;
    expect([...Object.keys(attributes), ...(leftOut[opType] ?? [])].sort()).toEqual(Object.keys(definition.attributes));
    for (const [name, { type, value }] of Object.entries(attributes)) {
      const { required, ...given } = definition.attributes[name]!;
      expect(type === "DTYPE" ? "INT" : type, name).toBe(given.type);
      expect(value, name).toEqual(required ? undefined : (given.default ?? null));
    }
  });
});

describe("ownTypes", () => {
  const onnxNames: Readonly<Record<string, string>> = { bool: "bool", float32: "float", int64: "int64" };
  const inputs = opTypes.flatMap((opType) => inputNames(opType).map((name) => [opType, name] as const));
  const own = inputs.filter(([, name]) => Object.hasOwn(ownTypes, name));

  it("are types that these inputs take, in every operator", () => {
    expect(new Set(own.map(([, name]) => name))).toEqual(new Set(Object.keys(ownTypes)));
    for (const [opType, name] of own) {
      // OneHot takes indices of any type of numbers.
      const taken = onnx[opType]!.types[name] ?? ["tensor(int64)"];
      expect(taken, `${name} of ${opType}`).toContain(`tensor(${onnxNames[ownTypes[name as keyof typeof ownTypes]]})`);
    }
  });

  it("lack no input that wants integers", () => {
    const isInteger = (types: readonly string[] = []) =>
      types.length > 0 && types.every((type) => /int(32|64)/.test(type));
    const integers = inputs.filter(([opType, name]) => isInteger(onnx[opType]!.types[name]));
    expect(integers.length).toBeGreaterThan(15);
    expect(integers.filter((input) => !own.includes(input))).toEqual([]);
  });
});
