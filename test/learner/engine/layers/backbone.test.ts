import { afterEach, describe, expect, it, vi } from "vitest";
import {
  type Backbone,
  backboneOf,
  backboneState,
  boundaryOf,
  frozenPart,
  groupsBy,
  learnt,
  unfrozenPart,
} from "../../../../src/learner/engine/layers/backbone.js";
import type { Network } from "../../../../src/learner/engine/model/frozen-network.js";
import type { TrainingState } from "../../../../src/learner/engine/training/steps.js";
import type { Ops } from "../../../../src/onnx/builder.js";
import type { Graph } from "../../../../src/onnx/graph.js";
import type { TypedValue } from "../../../../src/onnx/shapes/dims.js";
import { tensorOf } from "../../../../src/onnx/tensor-data.js";
import { normals, stream } from "../../../../src/random.js";
import { float32, type Tensor } from "../../../../src/tensor.js";
import {
  type ConvModelOptions,
  convGroups,
  convModel,
  convStatistics,
  convWeights,
  photoSize,
} from "../../../helpers/conv-network.js";
import { relativeDifference } from "../../../helpers/difference.js";
import { evaluate } from "../../../helpers/evaluate.js";
import { open, squash } from "../../../helpers/opening.js";
import { refusal } from "../../../helpers/refusal.js";
import { numbersOf, run } from "../../../helpers/run-graph.js";
import { emit } from "../../../helpers/tiny-network.js";

const networks: Network[] = [];
afterEach(async () => {
  for (const { session } of networks.splice(0)) await session.release();
});

async function backbone(model: ConvModelOptions = {}) {
  const network = await open(convModel(model), squash(photoSize, photoSize));
  networks.push(network);
  const options = { source: "conv", ends: undefined, evaluate: vi.fn(evaluate) };
  return { network, evaluated: options.evaluate, backbone: backboneOf(network, options) };
}

const photos = float32([3, 3, photoSize, photoSize], normals(3 * 3 * photoSize ** 2, stream(1, "photos")));
const outputOf = async (graph: Graph, rows: Tensor): Promise<Tensor> =>
  (await run(graph, { [graph.inputs[0]!.name]: rows }))[0]!;

const inBackbone = (names: readonly string[]): string[] => names.map((name) => `backbone.${name}`);

/** Other weights and statistics for a layer group, by the names that training knows them by. */
function otherState({ groups }: Backbone, ...some: readonly number[]): TrainingState {
  const constants = some.flatMap((group) => [...groups[group]!.weights, ...groups[group]!.statistics]);
  return Object.fromEntries(
    constants.map(({ name, value }) => {
      const { shape, data } = tensorOf(value.constant!) as Tensor<"float32">;
      return [
        `backbone.${name}`,
        float32(
          shape,
          data.map((x) => 1.5 * x + 0.25),
        ),
      ];
    }),
  );
}

const constantsOf = ({ initializers }: Graph): Readonly<Record<string, Float32Array>> =>
  Object.fromEntries(initializers.map(({ name, constant }) => [name, tensorOf(constant!).data as Float32Array]));

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
