import { describe, expect, it } from "vitest";
import {
  backboneState,
  boundaryOf,
  frozenPart,
  groupsBy,
  learnt,
} from "../../../../src/learner/engine/layers/backbone.js";
import { unfrozenPart } from "../../../../src/learner/engine/layers/unfrozen-part.js";
import type { TrainingState } from "../../../../src/learner/engine/training/steps.js";
import type { Ops } from "../../../../src/onnx/builder.js";
import type { Graph } from "../../../../src/onnx/graph.js";
import type { TypedValue } from "../../../../src/onnx/shapes/dims.js";
import { normals, stream } from "../../../../src/random.js";
import { float32, type Tensor } from "../../../../src/tensor.js";
import { convGroups, convStatistics, convWeights, photoSize } from "../../../helpers/conv-network.js";
import { relativeDifference } from "../../../helpers/difference.js";
import { numbersOf, run } from "../../../helpers/run-graph.js";
import { backbone, constantsOf, inBackbone, otherState } from "./backbones.js";

const photos = float32([3, 3, photoSize, photoSize], normals(3 * 3 * photoSize ** 2, stream(1, "photos")));
const outputOf = async (graph: Graph, rows: Tensor): Promise<Tensor> =>
  (await run(graph, { [graph.inputs[0]!.name]: rows }))[0]!;

describe("backboneOf", () => {
  it("has the network's layer groups, and runs it when its types are first asked for", async () => {
    const { backbone: conv, network, evaluated } = await backbone();
    expect(conv.groups.map(({ name, parameters }) => ({ name, parameters }))).toEqual(convGroups);
    expect(conv.model).toBe(network.model);
    expect(evaluated).not.toHaveBeenCalled();
    const types = await conv.types();
    expect(types.get(boundaryOf(conv, 1))).toEqual({ dtype: "float32", shape: ["batch", 4, 8, 8] });
    const runs = evaluated.mock.calls.length;
    expect(runs).toBeGreaterThan(0);
    expect(await conv.types()).toBe(types);
    expect(evaluated).toHaveBeenCalledTimes(runs);
  });
});

describe("the parts of a backbone", () => {
  it("meet at the groups' ends: from the image itself to the features", async () => {
    const { backbone: conv } = await backbone();
    expect([0, 1, 2, 3].map((first) => boundaryOf(conv, first).name)).toEqual([
      ...["image", "Relu_2", "Relu_5", "Flatten_10"],
    ]);
  });

  it.each([0, 1, 2])("%d groups below and the rest above: together the whole network", async (first) => {
    const { backbone: conv } = await backbone();
    for (const state of [{}, otherState(conv, 0, 1, 2)]) {
      const whole = await outputOf(learnt(conv, state).graph, photos);
      const below = frozenPart(conv, first, state);
      const rows = below ? await outputOf(below.graph, photos) : photos;
      const { graph, weights, start } = await unfrozenPart(conv, first, { state, trainStatistics: false });
      // Its constants are those it came with: what is trained goes in beside the rows.
      const trained = learnt({ ...conv, model: { ...conv.model, graph } }, { ...state, ...start });
      expect(relativeDifference(numbersOf(await outputOf(trained.graph, rows)), numbersOf(whole))).toBeLessThan(1e-5);
      expect(weights.map(({ name }) => name)).toEqual(inBackbone(convWeights.slice(first).flat()));
    }
    expect(frozenPart(conv, first, {}) === undefined).toBe(first === 0);
  });

  it("share weights: above, those of a frozen group are what it has learnt", async () => {
    let shared: TypedValue | undefined;
    const columns = (op: Ops) => (shared ??= op.constant("shared", float32([4], [1, 2, 3, 4])));
    const inRows = (op: Ops, map: TypedValue, ...sizes: number[]) => op.Reshape(map, op.ints(0, ...sizes));
    const after = {
      1: (op: Ops, map: TypedValue) => inRows(op, op.Mul(inRows(op, map, 4, 16, 4), columns(op)), 4, 8, 8),
      2: (op: Ops, map: TypedValue) => op.Mul(map, columns(op)),
    };
    const { backbone: conv } = await backbone({ after });
    expect(conv.groups.map(({ weights }) => weights.some(({ name }) => name === "shared"))).toEqual([
      true,
      false,
      false,
    ]);
    const state = otherState(conv, 0, 1, 2);
    const rows = await outputOf(frozenPart(conv, 1, state)!.graph, photos);
    const { graph, weights, start } = await unfrozenPart(conv, 1, { state, trainStatistics: true });
    expect(weights.map(({ name }) => name)).not.toContain("backbone.shared");
    const found = await outputOf(learnt({ ...conv, model: { ...conv.model, graph } }, start).graph, rows);
    const whole = await outputOf(learnt(conv, state).graph, photos);
    expect(relativeDifference(numbersOf(found), numbersOf(whole))).toBeLessThan(1e-5);
  });
});

describe("what was learnt", () => {
  it("replaces the constants that the state names, under their own names, and no others", async () => {
    const { backbone: conv } = await backbone();
    const state: TrainingState = {
      ...otherState(conv, 1),
      "classifier.weight": float32([1]),
      "backbone.unknown": float32([1]),
    };
    const [before, after] = [constantsOf(conv.model.graph), constantsOf(learnt(conv, state).graph)];
    expect(Object.keys(after)).toEqual(Object.keys(before));
    for (const [name, data] of Object.entries(after)) {
      const isOther = [...convWeights[1]!, ...convStatistics[1]!].includes(name);
      expect(data, name).toEqual(isOther ? state[`backbone.${name}`]!.data : before[name]);
    }
  });

  it("is found in a state that holds a head and slots as well", async () => {
    const { backbone: conv } = await backbone();
    const own = otherState(conv, 0, 2);
    const slots = { "momentum_buffer.backbone.stage1.conv.weight": float32([1]), "classifier.bias": float32([3]) };
    expect(backboneState(conv, { ...slots, ...own })).toEqual(own);
    expect(backboneState(conv, slots)).toEqual({});
  });
});

describe("groupsBy", () => {
  it("counts from the first group that is trained; the head is the last", async () => {
    const { backbone: conv } = await backbone();
    const names = inBackbone([0, 1, 2].map((group) => convWeights[group]![0]!));
    expect([...names, "classifier.bias"].map(groupsBy(conv, 0))).toEqual([0, 1, 2, 3]);
    expect([names[1]!, names[2]!, "classifier.bias"].map(groupsBy(conv, 1))).toEqual([0, 1, 2]);
    expect(["classifier.bias"].map(groupsBy(conv, 3))).toEqual([0]);
    expect(groupsBy(conv, 0)("backbone.stage3.norm.running_mean")).toBe(2);
  });
});
