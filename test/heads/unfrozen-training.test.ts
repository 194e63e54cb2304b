// What a training step sees of the network: statistics that stay, statistics that learn, and the head on it.
import { describe, expect, it } from "vitest";
import type { Head } from "../../src/heads/head.js";
import { linearHead } from "../../src/heads/linear.js";
import { mlpHead } from "../../src/heads/mlp.js";
import { unfrozenHead } from "../../src/heads/unfrozen.js";
import { createOps } from "../../src/onnx/builder.js";
import { graphOf, type Value } from "../../src/onnx/graph.js";
import { float32 } from "../../src/tensor.js";
import { largestDifference } from "../helpers/difference.js";
import { itself } from "../helpers/gradient-fixtures.js";
import { layersWith, learnt, networkWith, onHead, photos, running, type Tensors } from "../helpers/normed-network.js";
import { compute, input, numbersOf, run } from "../helpers/run-graph.js";

const image = photos(3);

/** Logits, and the head's buffers after the step. */
async function training(head: Head): Promise<{ logits: number[]; buffers: Readonly<Record<string, number[]>> }> {
  let names: string[] = [];
  const [logits, ...buffers] = await onHead(
    head,
    (rows, given, masks) => {
      const trained = head.forwardTraining(createOps(), rows, given, masks);
      names = Object.keys(trained.buffers);
      return [trained.logits, ...Object.values(trained.buffers)];
    },
    image,
  );
  return { logits: logits!, buffers: Object.fromEntries(names.map((name, i) => [name, buffers[i]!])) };
}

type Network = ReturnType<typeof networkWith>;
const networkNow = (statistics: Tensors = {}): Network => networkWith({ ...learnt, ...running, ...statistics });

async function numbersIn({ graph }: Network, value: Value): Promise<number[]> {
  const [found] = await run(graphOf("part", graph.inputs, [value]), { image });
  return numbersOf(found!);
}
const featuresOf = (network: Network): Promise<number[]> => numbersIn(network, network.graph.outputs[0]!);

/** Mean and variance of a value [3, 4, 3, 3], by channel. */
async function statisticsOf(network: Network, value: Value): Promise<readonly [mean: number[], variance: number[]]> {
  const numbers = await numbersIn(network, value);
  const channels = [0, 1, 2, 3].map((c) => numbers.filter((_, i) => Math.floor(i / 9) % 4 === c));
  const means = channels.map((own) => own.reduce((sum, x) => sum + x) / 27);
  return [means, channels.map((own, c) => own.reduce((sum, x) => sum + (x - means[c]!) ** 2, 0) / 27)];
}

/** What running numbers become when a batch has this share in them. */
const moved = (name: string, batch: readonly number[], share: number): number[] =>
  batch.map((x, c) => (1 - share) * running[name]!.data[c]! + share * x);
const unbiased = (variance: readonly number[]): number[] => variance.map((x) => (x * 27) / 26);

describe("unfrozenHead in training", () => {
  it("normalises by statistics that stay as they are", async () => {
    const { logits, buffers } = await training(unfrozenHead(layersWith(), itself));
    expect(largestDifference(logits, await featuresOf(networkNow()))).toBeLessThan(1e-5);
    expect(buffers).toEqual({});
  });

  it("normalises by the batch where statistics learn, each by the share that its norm gives a batch", async () => {
    const { logits, buffers } = await training(unfrozenHead(layersWith(["bn1", "bn2"]), itself));
    // Inference with the batch's own statistics is the same: first of one layer, then of the next.
    const before = networkNow();
    const [mean1, variance1] = await statisticsOf(before, before.conv1);
    const first = { "bn1.mean": float32([4], mean1), "bn1.variance": float32([4], variance1) };
    const between = networkNow(first);
    const [mean2, variance2] = await statisticsOf(between, between.conv2);
    const both = { ...first, "bn2.mean": float32([4], mean2), "bn2.variance": float32([4], variance2) };
    expect(largestDifference(logits, await featuresOf(networkNow(both)))).toBeLessThan(1e-4);
    expect(largestDifference(logits, await featuresOf(before))).toBeGreaterThan(0.05);

    expect(Object.keys(buffers).length).toBe(4);
    expect(largestDifference(buffers["net.bn1.mean"]!, moved("bn1.mean", mean1, 0.1))).toBeLessThan(1e-6);
    // Its file says 0.75 for what stays.
    expect(largestDifference(buffers["net.bn2.mean"]!, moved("bn2.mean", mean2, 0.25))).toBeLessThan(1e-5);
    const variances = [buffers["net.bn1.variance"]!, buffers["net.bn2.variance"]!];
    expect(largestDifference(variances[0]!, moved("bn1.variance", unbiased(variance1), 0.1))).toBeLessThan(1e-5);
    expect(largestDifference(variances[1]!, moved("bn2.variance", unbiased(variance2), 0.25))).toBeLessThan(1e-5);
  });

  it("leaves the other norms' statistics alone", async () => {
    const { logits, buffers } = await training(unfrozenHead(layersWith(["bn2"]), itself));
    const before = networkNow();
    const [mean, variance] = await statisticsOf(before, before.conv2);
    const second = networkNow({ "bn2.mean": float32([4], mean), "bn2.variance": float32([4], variance) });
    expect(largestDifference(logits, await featuresOf(second))).toBeLessThan(1e-4);
    expect(Object.keys(buffers)).toEqual(["net.bn2.mean", "net.bn2.variance"]);
    expect(largestDifference(buffers["net.bn2.mean"]!, moved("bn2.mean", mean, 0.25))).toBeLessThan(1e-5);
  });

  it("moves statistics that two norms share once for each, as PyTorch does a layer that is called twice", async () => {
    const op = createOps();
    const at = input("at", ["batch", 1]);
    const [one, zero] = [op.constant("scale", float32([1], [1])), op.constant("bias", float32([1], [0]))];
    const [mean, variance] = [op.constant("mean", float32([1], [0])), op.constant("variance", float32([1], [1]))];
    const twice = op.BatchNormalization(
      op.Add(op.BatchNormalization(at, one, zero, mean, variance), 5),
      ...[one, zero, mean, variance],
    );
    const statistics = [
      { name: "mean", value: mean },
      { name: "variance", value: variance },
    ];
    const start = { mean: float32([1], [0]), variance: float32([1], [1]) };
    const head = unfrozenHead(
      { graph: graphOf("net", [at], [twice]), weights: [], statistics, norms: "batch", start },
      itself,
    );
    const [rows, given] = [input("rows", ["batch", 1]), { mean: input("mean", [1]), variance: input("variance", [1]) }];
    const { buffers } = head.forwardTraining(op, rows, given, {});
    const found = await compute([buffers.mean!, buffers.variance!], [rows, given.mean, given.variance], {
      ...{ rows: float32([2, 1], [10, 14]), ...start },
    });
    // 12 and 8 of the photos; 5 and 2 of what they have become, ±1 beside 5.
    expect(found.map((tensor) => numbersOf(tensor)[0]!)).toEqual([
      expect.closeTo(0.9 * 1.2 + 0.5, 5),
      expect.closeTo(0.9 * 1.7 + 0.2, 5),
    ]);
  });

  it("passes on what its head has of its own: statistics, and factors on the rate", async () => {
    const inner = mlpHead({ features: 4, classes: 2, hidden: [], dropout: 0.5, seed: 1 });
    const { buffers } = await training(unfrozenHead(layersWith(["bn1"]), inner));
    const own = ["classifier.bn1.running_mean", "classifier.bn1.running_var"];
    expect(Object.keys(buffers).sort()).toEqual([...own, "net.bn1.mean", "net.bn1.variance"]);
    const before = networkNow();
    const [mean, variance] = await statisticsOf(before, before.conv1);
    const features = await featuresOf(
      networkNow({ "bn1.mean": float32([4], mean), "bn1.variance": float32([4], variance) }),
    );
    const means = [0, 1, 2, 3].map((c) => (features[c]! + features[4 + c]! + features[8 + c]!) / 3);
    const tenths = means.map((value) => value / 10);
    expect(largestDifference(buffers["classifier.bn1.running_mean"]!, tenths)).toBeLessThan(1e-5);

    const linear = unfrozenHead(layersWith(), linearHead({ features: 4, classes: 2 }));
    const [rate] = await onHead(
      linear,
      (rows, given) => {
        const { rates } = linear.forwardTraining(createOps(), rows, given, {});
        expect(Object.keys(rates)).toEqual(["classifier.bias"]);
        return Object.values(rates);
      },
      image,
    );
    const squares = (await featuresOf(before)).map((x) => x * x);
    // Of the features, not of the rows at the boundary.
    expect(rate![0]).toBeCloseTo(squares.reduce((sum, x) => sum + x) / squares.length, 5);
  });
});
