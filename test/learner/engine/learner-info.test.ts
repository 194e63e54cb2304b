import { expect, it } from "vitest";
import { linearHead } from "../../../src/heads/linear.js";
import { mlpHead } from "../../../src/heads/mlp.js";
import { infoOf } from "../../../src/learner/engine/learner-info.js";
import type { OpenedLearner } from "../../../src/learner/engine/open-learner.js";

const opened = {
  pretrained: { name: "tiny", transformReason: "the registry says so", notices: ["It is old."] },
  device: { options: { device: "cpu" }, once: { device: "cpu" }, reason: "cpu: as asked for" },
  spec: { metrics: ["accuracy"] },
  photos: { task: "single-label", classes: ["cat", "dog"], photos: [], skipped: [] },
  network: { featureCount: 8, cut: { reason: "it is the last" } },
  backbone: { groups: [{ name: "8×8", parameters: 116, nodes: [], weights: [], statistics: [] }] },
  notices: [],
  head: linearHead({ features: 8, classes: 2 }),
};

it("infoOf tells what was opened, as plain data: the head is the last layer group, with what it trains", () => {
  const info = infoOf(opened as unknown as OpenedLearner, { notice: undefined, model: undefined });
  expect(info).toEqual({
    model: "tiny",
    device: "cpu",
    task: "single-label",
    classes: ["cat", "dog"],
    metrics: ["accuracy"],
    features: 8,
    layerGroups: [
      { name: "8×8", parameters: 116 },
      { name: "head", parameters: 8 * 2 + 2 },
    ],
    reasons: { cut: "it is the last", transform: "the registry says so", device: "cpu: as asked for" },
    notices: ["It is old."],
  });
  expect(structuredClone(info)).toEqual(info);
  const notice = "Training is done on cpu.";
  expect(infoOf(opened as unknown as OpenedLearner, { notice, model: undefined }).notices).toEqual([
    "It is old.",
    notice,
  ]);
  // Running statistics are not trained.
  const head = mlpHead({ features: 8, classes: 2, hidden: [4], dropout: 0, seed: 1 });
  const trained = Object.values(head.parameters).reduce((sum, { data }) => sum + data.length, 0);
  expect(
    infoOf({ ...opened, head } as unknown as OpenedLearner, { notice: undefined, model: undefined }).layerGroups.at(-1)!
      .parameters,
  ).toBe(trained);
  expect(Object.keys(head.buffers)).not.toHaveLength(0);
});
