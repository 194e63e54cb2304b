import { describe, expect, it } from "vitest";
import { activationsOf } from "../../../../src/learner/engine/interpret/activations.js";
import { classIndex, openGradCam } from "../../../../src/learner/engine/interpret/grad-cam.js";
import type { NetworkView } from "../../../../src/learner/engine/interpret/view.js";
import { tensorOf } from "../../../../src/onnx/tensor-data.js";
import { normals, stream } from "../../../../src/random.js";
import { float32 } from "../../../../src/tensor.js";
import { convModel, photoSize } from "../../../helpers/conv-network.js";
import { viewOf } from "../../../helpers/network-view.js";
import { refusal } from "../../../helpers/refusal.js";
import { numbersOf, run } from "../../../helpers/run-graph.js";
import { emit } from "../../../helpers/tiny-network.js";

const classes = ["a", "b", "c", "d", "e"];
const photo = float32([1, 3, photoSize, photoSize], normals(3 * photoSize ** 2, stream(7, "photo")));
const plain = () => viewOf(convModel(), classes, photoSize);

async function see(view: NetworkView, index?: number, layer?: string) {
  const session = await openGradCam(view, layer);
  try {
    return await session.see(photo, index);
  } finally {
    await session.release();
  }
}

/** ReLU(Σ weights_c·A_c), its maximum 1. */
function weighted(map: Float32Array, weights: readonly number[]): number[] {
  const places = map.length / weights.length;
  const sums = Array.from({ length: places }, (_, at) =>
    Math.max(
      0,
      weights.reduce((sum, w, c) => sum + w * map[c * places + at]!, 0),
    ),
  );
  const highest = Math.max(...sums);
  return sums.map((value) => (highest > 0 ? value / highest : 0));
}

const logitsOf = async (model = convModel()): Promise<number[]> =>
  numbersOf((await run(model.graph, { image: photo }))[0]!);

describe("openGradCam", () => {
  it("tells a label's own probability, and nothing of values", async () => {
    const logits = await logitsOf();
    const { probability } = await see(await viewOf(convModel(), classes, photoSize, "multi-label"), 2);
    expect(probability).toBeCloseTo(1 / (1 + Math.exp(-logits[2]!)), 6);
    const values = viewOf(convModel(), classes, photoSize, "regression");
    await refusal(async () => openGradCam(await values), "invalid-argument", "one of classes or labels");
  });

  it("is the class activation map where a dense layer follows the mean of the last feature map", async () => {
    const view = await plain();
    const [last] = await activationsOf(view, photo, ["2×2"]);
    expect(last!.shape).toEqual([8, 2, 2]);
    const kernel = convModel().graph.initializers.find(({ name }) => name === "fc.weight")!;
    const weights = tensorOf(kernel.constant!).data as Float32Array;
    const highest: number[] = [];
    for (const index of classes.keys()) {
      const seen = await see(view, index);
      const expected = weighted(last!.data, Array.from(weights.subarray(8 * index, 8 * index + 8)));
      highest.push(Math.max(...seen.map));
      expect(seen.map).toHaveLength(4);
      for (const [i, value] of seen.map.entries()) expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-5);
    }
    // Against one class every place speaks.
    expect(highest.toSorted()).toEqual([0, 1, 1, 1, 1]);
  });

  it("weighs the channels of any layer by what finite differences say of them", async () => {
    const view = await plain();
    const [layer] = await activationsOf(view, photo, ["4×4"]);
    const step = 2e-3;
    const moved = (channel: number, by: number) =>
      logitsOf(
        convModel({
          after: {
            2: (op, map) => {
              const offset = Float32Array.from({ length: 6 }, (_, c) => (c === channel ? by : 0));
              return op.Add(map, op.constant("offset", float32([6, 1, 1], offset)));
            },
          },
        }),
      );
    const slopes: number[] = [];
    for (let channel = 0; channel < 6; channel++) {
      const [up, down] = [await moved(channel, step), await moved(channel, -step)];
      slopes.push((up[3]! - down[3]!) / (2 * step));
    }
    const seen = await see(view, 3, "4×4");
    expect([seen.height, seen.width]).toEqual([4, 4]);
    const expected = weighted(layer!.data, slopes);
    for (const [i, value] of seen.map.entries()) expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-3);
    expect(new Set(seen.map).size).toBeGreaterThan(4);
  });

  it("looks for the predicted class, unless told otherwise, and tells its probability", async () => {
    const view = await plain();
    const logits = await logitsOf();
    const best = logits.indexOf(Math.max(...logits));
    const seen = await see(view);
    expect(seen.index).toBe(best);
    expect(seen.map).toEqual((await see(view, best)).map);
    const sum = logits.reduce((total, x) => total + Math.exp(x), 0);
    expect(seen.probability).toBeCloseTo(Math.exp(logits[best]!) / sum, 5);
    const other = (best + 1) % 5;
    expect((await see(view, other)).probability).toBeCloseTo(Math.exp(logits[other]!) / sum, 5);
  });

  it("finds maps whose channels come last", async () => {
    const channelsLast = convModel({
      after: {
        3: (op, map) => op.Transpose(op.Relu(op.Transpose(map, { perm: [0, 2, 3, 1] })), { perm: [0, 3, 1, 2] }),
      },
    });
    const view = await viewOf(channelsLast, classes, photoSize);
    const relu = view.route.find(({ value, shape }) => value.producer?.opType === "Relu" && shape[1] === 2)!;
    expect(relu.shape).toEqual([2, 2, 2, 8]);
    const seen = await see(view, 1, relu.value.name);
    const expected = (await see(await plain(), 1)).map;
    for (const [i, value] of seen.map.entries()) expect(value).toBeCloseTo(expected[i]!, 5);
    const [activation] = await activationsOf(view, photo, [relu.value.name]);
    const [last] = await activationsOf(await plain(), photo, ["2×2"]);
    expect(activation).toEqual({ ...last, name: relu.value.name });
  });

  it("refuses layers that are none, and those that are no map", async () => {
    const view = await plain();
    await refusal(() => see(view, 0, "9×9"), "invalid-argument", '"8×8", "4×4", "2×2"', "GlobalAveragePool");
    const pooled = view.route.at(-1)!.value.name;
    await refusal(() => see(view, 0, pooled), "unsupported-model", `"${pooled}" gives [8] of a photo, no feature map`);
  });

  it("refuses operators without a gradient above the map, naming them; below it they do not matter", async () => {
    const ceil = convModel({ after: { 3: (_, map) => emit("Ceil", [map], { name: "up", shape: map.shape }) } });
    const view = await viewOf(ceil, classes, photoSize);
    const { details } = await refusal(() => see(view, 0, "4×4"), "unsupported-op");
    expect(details.ops).toEqual({ Ceil: ["up"] });
    expect((await see(view, 0)).map).toHaveLength(4);
  });
});

describe("classIndex", () => {
  it("finds a class by its name", async () => {
    expect(classIndex("c", classes)).toBe(2);
    expect(classIndex(undefined, classes)).toBeUndefined();
    await refusal(
      () => classIndex("x", classes),
      "invalid-argument",
      'a class: a, b, c, d, e for label but received "x"',
    );
  });
});
