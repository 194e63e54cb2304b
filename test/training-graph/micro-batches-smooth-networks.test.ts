// Ten steps of every optimizer against PyTorch's, on smooth networks: there rounding does not grow from step to step.
import { describe, expect, it } from "vitest";
import { createOptimizer } from "../../src/optimizers/create-optimizer.js";
import { batchCount, distance, networkOf, trainingFixtures } from "../helpers/gradient-fixtures.js";
import { gradientRunner, train } from "../helpers/gradient-steps.js";
import { numbersOf } from "../helpers/run-graph.js";

describe.each(Object.entries(trainingFixtures))("%s", (network, { early, cases }) => {
  it.each(cases.map((each) => [each.name, each] as const))("%s", async (_, expected) => {
    const { optimizer, clipNorm, lr, trainsBatchNorms, losses, changes, statistics } = expected;
    const head = await networkOf(network, { trainsBatchNorms });
    const runner = await gradientRunner(head);
    const trained = await train(head, runner, {
      optimizer: createOptimizer(optimizer),
      steps: losses.length,
      batchOf: (step) => step % batchCount,
      groupOf: (weight) => (early.includes(weight) ? 0 : 1),
      ...{ lr, clipNorm: clipNorm ?? undefined },
    });
    await runner.release();
    for (const [step, loss] of losses.entries())
      expect(Math.abs(trained.losses[step]! / loss - 1), `loss before step ${step}`).toBeLessThan(1e-4);

    expect(Object.keys(head.parameters).sort()).toEqual(Object.keys(changes).sort());
    for (const [weight, sketch] of Object.entries(changes)) {
      const before = head.parameters[weight]!.data as Float32Array;
      const after = trained.state[weight]!.data as Float32Array;
      // Relative to the change, not to the weight: what hardly moves would pass unmoved.
      const error =
        distance(
          after.map((value, i) => value - before[i]!),
          sketch,
        ) / sketch[0]!;
      expect(error, weight).toBeLessThan(1e-3);
    }

    expect(Object.keys(head.buffers).sort()).toEqual(Object.keys(statistics).sort());
    for (const [statistic, values] of Object.entries(statistics))
      for (const [i, value] of numbersOf(trained.state[statistic]!).entries())
        expect(Math.abs(value - values[i]!), `${statistic}[${i}]`).toBeLessThan(
          1e-5 * Math.max(...values.map(Math.abs)),
        );
  });
});
