import { expect, it } from "vitest";
import { isOurs, signed } from "../../../src/learner/export/signature.js";
import { decodeModel, onnx } from "../../../src/onnx/proto.js";
import { version } from "../../../src/version.js";
import { tinyModel } from "../../helpers/tiny-network.js";

it("signs a model, whoever made it before", () => {
  const proto = new onnx.ModelProto({ ir_version: 8, producer_name: "pytorch", producer_version: "2.13" });
  expect(isOurs(proto)).toBe(false);
  const model = decodeModel(signed({ ...tinyModel(), proto }), "signed");
  expect(model).toMatchObject({ producer_name: "regraft", producer_version: version });
  expect(isOurs(model)).toBe(true);
});
