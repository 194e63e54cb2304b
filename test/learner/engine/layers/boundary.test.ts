import { describe, expect, it } from "vitest";
import { linearHead } from "../../../../src/heads/linear.js";
import { type Boundary, openBoundary } from "../../../../src/learner/engine/layers/boundary.js";
import type { Workplace } from "../../../../src/learner/engine/layers/workplace.js";
import { featuresOf } from "../../../../src/learner/engine/model/frozen-network.js";
import { normals, stream } from "../../../../src/random.js";
import { float32, int32 } from "../../../../src/tensor.js";
import { classes, closing, conv } from "../../../helpers/boundaries.js";
import { convWeights, photoSize } from "../../../helpers/conv-network.js";
import { largestDifference } from "../../../helpers/difference.js";
import { refusal } from "../../../helpers/refusal.js";
import { numbersOf } from "../../../helpers/run-graph.js";

const photos = float32([5, 3, photoSize, photoSize], normals(5 * 3 * photoSize ** 2, stream(1, "photos")));

/** The evaluation's answer for the photos, through both parts. */
async function logitsOf({ frozen, head, evaluator }: Boundary, bias: readonly number[]): Promise<number[]> {
  const features = float32([5, frozen.featureCount], await featuresOf(frozen, photos));
  const weights = { ...head.parameters, ...head.buffers, "classifier.bias": float32([classes], bias) };
  return numbersOf((await evaluator.run({ features, labels: int32([5], [0, 0, 0, 0, 0]), ...weights })).logits!);
}

describe("openBoundary", () => {
  it.each([
    [0, 3 * 16 * 16, ["the gradient graph", "the update graph", "the evaluation graph"]],
    [1, 4 * 8 * 8, ["the frozen layers", "the gradient graph", "the update graph", "the evaluation graph"]],
    [2, 6 * 4 * 4, ["the frozen layers", "the gradient graph", "the update graph", "the evaluation graph"]],
    [3, 8, ["the frozen layers", "the evaluation graph", "the training graph"]],
  ])("after %d groups has the rows below, and the graphs to train what is above", async (first, width, names) => {
    const { openAt, alive } = await conv();
    const boundary = await openAt(first);
    expect(boundary).toMatchObject({ first, frozen: { featureCount: width } });
    expect(alive).toEqual(names);
    expect(boundary.model === undefined).toBe(first === 0);
    const layers = convWeights
      .slice(first)
      .flat()
      .map((name) => `backbone.${name}`);
    expect(Object.keys(boundary.head.parameters)).toEqual([...layers, "classifier.weight", "classifier.bias"]);
    await boundary.release();
    expect(alive).toEqual([]);
    closing.pop();
  });

  it("takes over a session on the whole network, and opens none beside it", async () => {
    const { openAt, alive, network } = await conv();
    let released = 0;
    const session = { ...network.session, release: async () => void released++ };
    const boundary = await openAt(3, { ...network, session });
    expect(alive).toEqual(["the evaluation graph", "the training graph"]);
    expect(boundary.frozen.session).toBe(session);
    await boundary.release();
    expect([alive.length, released]).toEqual([0, 1]);
    closing.pop();
  });

  it("gives the same logits wherever the network is divided, with what was learnt", async () => {
    const kernel = "backbone.stage2.conv.weight";
    const state = { [kernel]: float32([6, 4, 3, 3], normals(216, stream(2, "kernel"))) };
    const weight = float32([classes, 8], normals(24, stream(1, "head")));
    const linear = linearHead({ features: 8, classes });
    const head = { ...linear, parameters: { ...linear.parameters, "classifier.weight": weight } };
    const logits: number[][] = [];
    for (const learnt of [state, {}]) {
      const { openAt } = await conv({ state: learnt, head });
      for (const first of [3, 2, 1, 0]) logits.push(await logitsOf(await openAt(first), [1, 0, -1]));
    }
    for (const other of logits.slice(1, 4)) expect(largestDifference(other, logits[0]!)).toBeLessThan(1e-4);
    for (const other of logits.slice(5)) expect(largestDifference(other, logits[4]!)).toBeLessThan(1e-4);
    expect(largestDifference(logits[4]!, logits[0]!)).toBeGreaterThan(0.1);
  });

  it("closes what it has opened when the rest cannot be", async () => {
    const { given, alive } = await conv();
    for (const bad of ["the frozen layers", "the gradient graph", "the update graph", "the evaluation graph"]) {
      const open: Workplace["open"] = (model, name, more) => {
        if (name === bad) throw new Error("out of memory");
        return given.device.open(model, name, more);
      };
      const device = { ...given.device, open };
      await expect(openBoundary(1, { ...given, device })).rejects.toThrow("out of memory");
      expect(alive).toEqual([]);
    }
  });

  it("opens nothing for a network that insists on a number of photos", async () => {
    const { given } = await conv();
    const open: Workplace["open"] = async () => {
      throw new Error("it was opened");
    };
    const options = { ...given, backbone: { ...given.backbone, batch: 2 }, device: { ...given.device, open } };
    for (const first of [0, 1]) await refusal(() => openBoundary(first, options), "unsupported-model", "2 photos");
  });
});
