// Sound ONNX files that cannot be fine-tuned, each for one reason; and a small one that can.
import { onnx, type ValueInfoProto } from "../../src/onnx/proto.js";
import { file, floats, info, node } from "../onnx/fixtures.js";

const weight = floats("weight", [3, 2], [1, 0, 0, 1, 1, 1]);
const image = info("image", "batch", 3, 8, 8);
const logits = info("logits", "batch", 2);
const pooled = [node("GlobalAveragePool", ["image"], ["pooled"]), node("Flatten", ["pooled"], ["features"])];
const dense = node("MatMul", ["features", "weight"], ["logits"], { name: "dense" });
const twoDomains = ["", "com.example"].map((domain) => new onnx.OperatorSetIdProto({ domain, version: 13 }));

/** Mean colour to two classes. */
export const tinyModel = (): Uint8Array =>
  file(
    { input: [image], output: [logits], initializer: [weight], node: [...pooled, dense] },
    { producer_name: "tests", producer_version: "7" },
  );

/** Its features come from an operator of a domain that no runtime knows. */
export const unknownDomainModel = (): Uint8Array =>
  file(
    {
      input: [image],
      output: [logits],
      initializer: [weight],
      node: [node("Magic", ["image"], ["features"], { domain: "com.example" }), dense],
    },
    { opset_import: twoDomains },
  );

/** Takes token numbers where an image is needed. */
export const textModel = (): Uint8Array =>
  file({
    input: [tokens()],
    output: [logits],
    initializer: [floats("table", [2, 3], [1, 2, 3, 4, 5, 6]), weight],
    node: [node("Gather", ["table", "input_ids"], ["features"]), dense],
  });

/** Has features and no classifier. */
export const headlessModel = (): Uint8Array =>
  file({ input: [image], output: [info("features", "batch", 3)], node: pooled });

function tokens(): ValueInfoProto {
  const shape = new onnx.TensorShapeProto({ dim: [{ dim_param: "batch" }] });
  const type = new onnx.TypeProto({ tensor_type: { elem_type: 7, shape } });
  return new onnx.ValueInfoProto({ name: "input_ids", type });
}
