import { describe, expect, it } from "vitest";
import { graphOf, type Model } from "../../../src/onnx/graph.js";
import { changed, isCurrent } from "../../../src/onnx/opset/current.js";
import { rules } from "../../../src/onnx/opset/rules.js";
import { onnx } from "../../../src/onnx/proto.js";
import { targetOpset } from "../../../src/onnx/schema.js";
import { apply, inputFor, waves } from "../../helpers/opset.js";

const x = inputFor("x", waves(2, 3));
const model = (opType: string, opset: number | undefined): Model => ({
  graph: graphOf("g", [x], apply(opType, [x])),
  opsets: opset === undefined ? {} : { "": opset },
  metadata: {},
});

describe("the operators that the target's opset has changed", () => {
  it("are those that have a rule for it", () => {
    const withRule = Object.entries(rules).filter(([, { up, down }]) => up?.[targetOpset] ?? down?.[targetOpset]);
    expect([...changed]).toEqual(withRule.map(([opType]) => opType).sort());
  });
});

describe("isCurrent", () => {
  it.each([
    ["Relu", targetOpset, true],
    ["Relu", targetOpset - 1, true],
    ["Relu", targetOpset - 2, false],
    ["Relu", targetOpset + 1, false],
    ["Relu", undefined, false],
    ["ReduceMean", targetOpset - 1, false],
    ["Split", targetOpset - 1, false],
  ])("of %s in opset %s: %s", (opType, opset, expected) => expect(isCurrent(model(opType, opset))).toBe(expected));

  it("is false where the file defines functions", () => {
    const proto = (functions: number) =>
      new onnx.ModelProto({ functions: Array.from({ length: functions }, () => new onnx.FunctionProto({})) });
    expect([0, 1].map((count) => isCurrent({ ...model("Relu", targetOpset), proto: proto(count) }))).toEqual([
      true,
      false,
    ]);
  });
});
