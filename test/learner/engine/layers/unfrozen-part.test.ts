import { describe, expect, it } from "vitest";
import { unfrozenPart } from "../../../../src/learner/engine/layers/unfrozen-part.js";
import type { Ops } from "../../../../src/onnx/builder.js";
import type { TypedValue } from "../../../../src/onnx/shapes/dims.js";
import { normals, stream } from "../../../../src/random.js";
import { float32 } from "../../../../src/tensor.js";
import { convStatistics, convWeights } from "../../../helpers/conv-network.js";
import { refusal } from "../../../helpers/refusal.js";
import { emit } from "../../../helpers/tiny-network.js";
import { backbone, constantsOf, inBackbone, otherState } from "./backbones.js";

describe("unfrozenPart", () => {
  const frozenNorms = { state: {}, trainStatistics: false };

  it("starts from what was learnt, or from the constants it came with", async () => {
    const { backbone: conv } = await backbone();
    const state = otherState(conv, 1);
    const { start, statistics } = await unfrozenPart(conv, 1, { ...frozenNorms, state });
    const [kernel] = inBackbone(convWeights[1]!);
    expect(start[kernel!]).toBe(state[kernel!]);
    expect(start["backbone.stage3.norm.bias"]!.data).toEqual(constantsOf(conv.model.graph)["stage3.norm.bias"]);
    expect(statistics).toEqual([]);
    expect(Object.keys(start)).toEqual(inBackbone(convWeights.slice(1).flat()));
  });

  it("has the running statistics of its groups where these are to be trained", async () => {
    const { backbone: conv } = await backbone();
    const { start, statistics } = await unfrozenPart(conv, 1, { state: {}, trainStatistics: true });
    const names = inBackbone(convStatistics.slice(1).flat());
    expect(statistics.map(({ name }) => name)).toEqual(names);
    expect(Object.keys(start)).toEqual([...inBackbone(convWeights.slice(1).flat()), ...names]);
  });

  it("leaves out weights that no gradient reaches", async () => {
    const masked = (op: Ops, map: TypedValue): TypedValue => {
      const kernel = op.constant("gate.weight", float32([6, 6, 1, 1], normals(36, stream(1, "gate"))));
      return op.Add(map, op.Sign(op.Conv(map, kernel, undefined)));
    };
    const { backbone: conv } = await backbone({ after: { 2: masked } });
    const { weights } = await unfrozenPart(conv, 0, frozenNorms);
    expect(conv.groups.flatMap((group) => group.weights.map(({ name }) => name))).toContain("gate.weight");
    expect(weights.map(({ name }) => name)).toEqual(inBackbone(convWeights.flat()));
  });

  it("refuses operators without a gradient, naming how far it goes", async () => {
    const selu = (_: Ops, map: TypedValue) => emit("Selu", [map], { name: "selu", shape: map.shape });
    const { backbone: conv } = await backbone({ after: { 2: selu } });
    for (const first of [0, 1])
      await refusal(() => unfrozenPart(conv, first, frozenNorms), "unsupported-op", "Selu (selu)", "freezeTo(2)");
    expect((await unfrozenPart(conv, 2, frozenNorms)).weights).toHaveLength(3);
  });

  it("refuses a network that insists on a number of photos before it is run", async () => {
    const { backbone: conv, evaluated } = await backbone();
    await refusal(() => unfrozenPart({ ...conv, batch: 4 }, 1, frozenNorms), "unsupported-model", "4 photos at a time");
    await refusal(
      () => unfrozenPart({ ...conv, batch: 1 }, 1, frozenNorms),
      "unsupported-model",
      "one photo at a time",
    );
    expect(evaluated).not.toHaveBeenCalled();
  });
});
