import { describe, expect, it } from "vitest";
import { mlpHead } from "../../../../src/heads/mlp.js";
import { openBoundary } from "../../../../src/learner/engine/layers/boundary.js";
import { epochBatches } from "../../../../src/learner/engine/training/batch-order.js";
import { maskDrawer } from "../../../../src/learner/engine/training/masks.js";
import { normals, stream } from "../../../../src/random.js";
import { float32, int32 } from "../../../../src/tensor.js";
import { initialState } from "../../../../src/training-graph/step.js";
import { classes, closing, conv, optimizer } from "../../../helpers/boundaries.js";
import { largestDifference } from "../../../helpers/difference.js";
import { numbersOf } from "../../../helpers/run-graph.js";
import { takeSteps } from "../../../helpers/training.js";

describe("a head on a device that runs no Loop itself", () => {
  it("is trained by gradient and update graphs, to the losses and weights of the Loop", async () => {
    const head = mlpHead({ features: 8, classes, hidden: [5], dropout: 0.5, seed: 1 });
    const count = 40;
    const data = {
      features: float32([count, 8], normals(count * 8, stream(1, "rows"))),
      labels: int32(
        [count],
        Int32Array.from({ length: count }, (_, i) => i % classes),
      ),
    };
    const batches = epochBatches(count, 8, 1, "order", 0);
    const rates = { lr: [0.1, 0.2, 0.3, 0.2, 0.1], momentum: [0.9, 0.8, 0.7, 0.8, 0.9] };
    const context = { data, masks: maskDrawer(head.masks, 1, "masks", 0) };
    const trained = async (loops: boolean) => {
      const { given, alive, runs } = await conv({ head, clipNorm: 1 });
      const boundary = await openBoundary(3, { ...given, device: { ...given.device, loops } });
      closing.push(boundary.release);
      const steps = { first: 0, batches, rates };
      return { alive, runs, ...(await takeSteps(boundary.begin, initialState(head, optimizer), context, steps)) };
    };
    const [looped, stepped] = [await trained(true), await trained(false)];
    expect(looped.alive).toEqual(["the frozen layers", "the evaluation graph", "the training graph"]);
    expect(looped.runs.map(({ name }) => name)).toEqual(["the training graph"]);
    const graphs = ["the gradient graph", "the update graph"];
    expect(stepped.alive).toEqual(["the frozen layers", "the evaluation graph", ...graphs]);
    expect(stepped.runs.map(({ name }) => name)).toEqual(batches.flatMap(() => graphs));

    expect(looped.losses[4]).not.toBe(looped.losses[0]);
    expect(largestDifference(stepped.losses, looped.losses)).toBeLessThan(1e-6);
    expect(Object.keys(stepped.next)).toEqual(Object.keys(looped.next));
    for (const [name, tensor] of Object.entries(looped.next))
      expect(largestDifference(numbersOf(stepped.next[name]!), numbersOf(tensor)), name).toBeLessThan(1e-6);
  });
});
