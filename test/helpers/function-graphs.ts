// A classifier whose layers are functions of the model, nested and with attributes that refer to those of their callers,
// as exporters write them that keep modules together.
import { type Fields, type FunctionProto, type NodeProto, onnx } from "../../src/onnx/proto.js";
import { int64 } from "../../src/tensor.js";
import { type AttributeValue, attributeProto, nodeProto, writeFile } from "./graph-writer.js";

const TORCH = "pkg.torch";
const NN = "pkg.torch.nn";
const CLASSES = 5;
const to = (...outputs: string[]) => ({ name: "", outputs });

/**
 * ConvBlock calls Activation; both are called more than once, with and without their optional parts, and name values as
 * the graph does. Pool has a second output that nobody takes. Linear, the classifier, has two overloads.
 */
export function functionGraph(): Uint8Array {
  const opsets = { [TORCH]: 1, [NN]: 1 };
  const image = ["x", "batch", 3, 32, 32] as const;
  return writeFile({ seed: 18, opset: 18, irVersion: 10, image, opsets, functions }, (writer, x) => {
    const block = (name: string, input: string, channels: number, inputs: number, bias: boolean, slope?: number) => {
      const parameters = [writer.weight(`${name}.weight`, [channels, inputs, 3, 3])];
      if (bias) parameters.push(writer.uniform(`${name}.bias`, [channels], -0.1, 0.1));
      const attributes = { strides: [2, 2], ...(slope !== undefined && { slope: { float: slope } }) };
      return writer.node("ConvBlock", [input, ...parameters], attributes, {
        name,
        domain: TORCH,
        outputs: [`${name}_y`],
      });
    };
    const first = block("block1", x, 8, 3, true, 0.2);
    const second = block("block2", first, 16, 8, false, 0.05);
    const active = writer.node("Activation", [second], {}, { name: "act", domain: NN, outputs: ["y"] });
    const pooled = writer.node("Pool", [active], {}, { name: "pool", domain: NN, outputs: ["features", ""] });
    const weight = writer.weight("fc.weight", [CLASSES, 16]);
    const bias = writer.uniform("fc.bias", [CLASSES], -0.1, 0.1);
    const options = { name: "fc", domain: NN, outputs: ["logits"], overload: "bias" };
    return [[writer.node("Linear", [pooled, weight, bias], {}, options), "batch", CLASSES]];
  });
}

const functions: readonly FunctionProto[] = [
  define(NN, "Activation", ["x"], ["y"], { slope: { float: 0.1 } }, [
    nodeProto("LeakyRelu", ["x"], { alpha: { from: "slope", type: "FLOAT" } }, to("y")),
  ]),
  // `strides` has no default: every call has to give it.
  define(TORCH, "ConvBlock", ["x", "weight", "bias"], ["y"], { strides: undefined, slope: { float: 0.3 } }, [
    nodeProto(
      "Conv",
      ["x", "weight", "bias"],
      { pads: [1, 1, 1, 1], strides: { from: "strides", type: "INTS" } },
      to("h"),
    ),
    nodeProto("Activation", ["h"], { slope: { from: "slope", type: "FLOAT" } }, { ...to("y"), domain: NN }),
  ]),
  define(NN, "Pool", ["x"], ["y", "largest"], {}, [
    nodeProto("Constant", [], { value: int64([2], [2, 3]) }, to("axes")),
    nodeProto("ReduceMean", ["x", "axes"], { keepdims: 0 }, to("y")),
    nodeProto("ReduceMax", ["x", "axes"], { keepdims: 0 }, to("largest")),
  ]),
  define(NN, "Linear", ["x", "weight"], ["y"], {}, turned("y")),
  define(
    NN,
    "Linear",
    ["x", "weight", "bias"],
    ["y"],
    {},
    [...turned("h"), nodeProto("Add", ["h", "bias"], {}, to("y"))],
    {
      overload: "bias",
    },
  ),
];

/** x · weightᵀ */
function turned(output: string): NodeProto[] {
  return [
    nodeProto("Transpose", ["weight"], { perm: [1, 0] }, to("turned")),
    nodeProto("MatMul", ["x", "turned"], {}, to(output)),
  ];
}

/** Attributes with their defaults; `undefined` is none. */
function define(
  domain: string,
  name: string,
  input: readonly string[],
  output: readonly string[],
  attributes: Readonly<Record<string, AttributeValue | undefined>>,
  node: readonly NodeProto[],
  fields: Fields<FunctionProto> = {},
): FunctionProto {
  const entries = Object.entries(attributes);
  const opsets = { "": 18, [NN]: 1 };
  return new onnx.FunctionProto({
    name,
    domain,
    input,
    output,
    attribute: entries.filter(([, value]) => value === undefined).map(([key]) => key),
    attribute_proto: entries.flatMap(([key, value]) => (value === undefined ? [] : [attributeProto(key, value)])),
    node,
    opset_import: Object.entries(opsets).map(([domain, version]) => new onnx.OperatorSetIdProto({ domain, version })),
    ...fields,
  });
}
