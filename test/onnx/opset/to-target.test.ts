import { describe, expect, it } from "vitest";
import { graphOf } from "../../../src/onnx/graph.js";
import { toTarget } from "../../../src/onnx/opset/to-target.js";
import { targetOpset } from "../../../src/onnx/schema.js";
import { apply, inputFor, ints, waves } from "../../helpers/opset.js";
import { refusal } from "../../helpers/refusal.js";

const x = inputFor("x", waves(2, 3));
const graph = graphOf("g", [x], apply("ReduceMean", [x], { axes: ints(1) }));

describe("toTarget", () => {
  it("converts the graph and says so in the opsets, those of other domains kept", () => {
    const found = toTarget({ graph, opsets: { "": 13, "com.microsoft": 1 }, metadata: {} }, "m.onnx");
    expect(found.opsets).toEqual({ "": targetOpset, "com.microsoft": 1 });
    const [mean] = found.graph.nodes;
    expect(mean!.attributes).toEqual({});
    expect(mean!.inputs).toHaveLength(2);
  });

  it("takes a file without a version of ONNX's own operators for one of the first", async () => {
    await refusal(() => toTarget({ graph, opsets: {}, metadata: {} }, "m.onnx"), "unsupported-model", "opset 1,");
  });
});
