// ONNX files of a few nodes, as bad and good examples.
import { type Attribute, createNode, type Dim, graphOf, type Value } from "../../src/onnx/graph.js";
import { writeModel } from "../../src/onnx/write.js";
import { float32, type Tensor } from "../../src/tensor.js";

const image: Value = { name: "pixel_values", dtype: "float32", shape: ["batch", 3, 28, 28] };

const constant = (name: string, tensor: Tensor): Value => ({
  name,
  dtype: tensor.dtype,
  shape: tensor.shape,
  constant: { tensor },
});

interface Details {
  readonly attributes?: Readonly<Record<string, Attribute>>;
  readonly domain?: string;
  /** Of the output, where the file is to tell it. */
  readonly shape?: readonly Dim[];
}

/** The one output of a new node. */
function apply(opType: string, inputs: Value[], { attributes = {}, domain = "", shape }: Details = {}): Value {
  const output = { name: `${opType}_Y`, dtype: "float32", ...(shape && { shape }) } as const;
  return createNode({ opType, domain, name: opType, inputs, attributes }, [output]).outputs[0]!;
}

function fileOf(input: Value, output: Value): Uint8Array {
  const graph = graphOf("small", [input], [output]);
  return writeModel({ graph, opsets: { "": 17, "com.example": 1 }, metadata: {} });
}

const pooled = (x: Value): Value => apply("Flatten", [apply("GlobalAveragePool", [x])]);

/** Two classes from the three mean colours. */
const classified = (features: Value): Value =>
  apply("Gemm", [features, constant("weight", float32([3, 2], [1, -1, 0, 1, -1, 0]))], { shape: ["batch", 2] });

export const imageClassifier = (): Uint8Array => fileOf(image, classified(pooled(image)));

/** Has an operator that no runtime knows. */
export const unknownDomain = (): Uint8Array =>
  fileOf(image, classified(pooled(apply("Magic", [image], { domain: "com.example" }))));

/** Ends in the pooled features. */
export const withoutClassifier = (): Uint8Array => fileOf(image, pooled(image));

/** Takes words, not pixels: a mean of embeddings, classified. */
export function textModel(): Uint8Array {
  const words: Value = { name: "input_ids", dtype: "int64", shape: ["batch", "sequence"] };
  const embedded = apply("Gather", [constant("embeddings", float32([10, 3])), words]);
  const attributes = { axes: { type: "INTS", value: [1] }, keepdims: { type: "INT", value: 0 } } as const;
  return fileOf(words, classified(apply("ReduceMean", [embedded], { attributes })));
}
