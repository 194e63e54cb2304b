import { describe, expect, it } from "vitest";
import { imageFolder } from "../../../src/datasets/image-folder.js";
import { imageList } from "../../../src/datasets/image-list.js";
import type { Boundary } from "../../../src/learner/engine/layers/boundary.js";
import { type OpenedLearner, openLearner, weightsIn } from "../../../src/learner/engine/open-learner.js";
import { type LearnerOptions, toSpec } from "../../../src/learner/options.js";
import { float32, int32 } from "../../../src/tensor.js";
import { initialState } from "../../../src/training-graph/step.js";
import { memoryTree } from "../../datasets/memory-tree.js";
import { refusal } from "../../helpers/refusal.js";
import { numbersOf } from "../../helpers/run-graph.js";
import { colourItems, tinyPlatform } from "../../helpers/tiny-platform.js";

const data = imageList(colourItems(8));
const open = (
  options: Partial<LearnerOptions> = {},
  platform = tinyPlatform(),
  signal = new AbortController().signal,
) => openLearner(platform, toSpec({ model: "tiny", data, device: "cpu", ...options }), { signal, emit: () => {} });

async function opened<R>(
  options: Partial<LearnerOptions>,
  look: (learner: OpenedLearner, boundary: Boundary) => R,
): Promise<R> {
  const { opened, boundary } = await open(options);
  try {
    return await look(opened, boundary);
  } finally {
    await boundary.release();
  }
}

describe("openLearner", () => {
  it("has a head as wide as the features and the classes, and graphs for it", async () => {
    await opened({}, ({ head, network, photos, device }, boundary) => {
      expect(head.parameters["classifier.weight"]!.shape).toEqual([3, 3]);
      expect(boundary.head).toBe(head);
      expect(boundary.evaluator.inputNames.toSorted()).toEqual([
        ...["classifier.bias", "classifier.weight", "features", "labels"],
      ]);
      expect(boundary.evaluator.outputNames).toEqual(["logits", "total", "weight"]);
      expect(network.transform.resize).toEqual({ height: 4, width: 4 });
      expect(photos.classes).toEqual(["blue", "green", "red"]);
      expect(device.options).toEqual({ device: "cpu" });
    });
  });

  it("is divided at the head: what is below is the whole network, what is trained the head", async () => {
    await opened({}, ({ backbone, network }, { first, frozen, model }) => {
      expect(first).toBe(backbone.groups.length);
      expect(frozen).toBe(network);
      expect(model!.graph.outputs[0]!.shape).toEqual(["batch", 3]);
    });
  });

  it("prepares photos as the model says, but for what the options say", async () => {
    await opened({ image: { resample: "bicubic", resize: { height: 8, width: 6 } } }, ({ network }) => {
      expect(network.transform).toMatchObject({
        resample: "bicubic",
        resize: { height: 8, width: 6 },
        mean: [0.5, 0.5, 0.5],
      });
    });
    await refusal(() => open({ image: { resize: { shortestEdge: 8 } } }), "invalid-argument", "image.crop");
    await refusal(() => open({ image: { maxPixels: -1 } }), "invalid-argument", "image.maxPixels");
  });

  it("weighs the loss by class, counted over the photos to train on", async () => {
    // 6 blue, 12 green and 3 red ones train.
    const items = ["blue", "green", "green", "red"].flatMap((label, i) =>
      colourItems(label === "red" ? 4 : 8)
        .filter((item) => item.label === label)
        .map((item) => ({ ...item, image: `${item.image}/${i}` })),
    );
    const weights = await opened(
      { data: imageList(items), loss: { name: "cross-entropy", classWeights: "balanced" } },
      async ({ head }, { evaluator }) => {
        const weightOf = async (label: number) => {
          const feeds = { features: float32([1, 3]), labels: int32([1], [label]), ...head.parameters };
          return numbersOf((await evaluator.run(feeds)).weight!)[0]!;
        };
        return [await weightOf(0), await weightOf(1), await weightOf(2)];
      },
    );
    for (const [c, expected] of [21 / 18, 21 / 36, 21 / 9].entries()) expect(weights[c]).toBeCloseTo(expected, 5);
  });

  it("reads a folder", async () => {
    const paths = ["red", "blue"].flatMap((name) => [0, 1, 2, 3, 4].map((i) => `${name}/${i}.jpg`));
    const platform = tinyPlatform({ photos: memoryTree("photos", paths) });
    const { opened, boundary } = await open({ data: imageFolder("photos") }, platform);
    expect(opened.photos.photos.map(({ split }) => split).filter((split) => split === "valid")).toHaveLength(2);
    await boundary.release();
  });

  it.each<[string, Partial<LearnerOptions>, Parameters<typeof refusal>[1]]>([
    ["a device that is not there", { device: "wasm" }, "device-unavailable"],
    ["a model that is not there", { model: "resnet99" }, "model-not-found"],
    ["a path that is not there", { model: "models/none.onnx" }, "file-access"],
    ["bytes that are no model", { model: Uint8Array.of(1, 2, 3) }, "invalid-model"],
    ["an empty list", { data: imageList([]) }, "invalid-dataset"],
    ["weights of unknown classes", { loss: { name: "cross-entropy", classWeights: { horse: 2 } } }, "invalid-argument"],
  ])("refuses %s", async (_, options, code) => {
    await refusal(() => open(options), code);
  });

  it.each(["the training graph", "the evaluation graph"])(
    "gives back its memory when %s cannot be opened",
    async (bad) => {
      const { runtime } = tinyPlatform();
      const [opened, released]: string[][] = [[], []];
      const createSession: typeof runtime.createSession = async (model, source, options) => {
        if (source === bad) throw new Error("out of memory");
        const session = await runtime.createSession(model, source, options);
        opened!.push(source);
        return { ...session, release: () => session.release().then(() => void released!.push(source)) };
      };
      const platform = tinyPlatform({ runtime: { ...runtime, createSession } });
      await expect(open({}, platform)).rejects.toThrow("out of memory");
      expect(opened).toContain("tiny");
      expect(released!.toSorted()).toEqual(opened!.toSorted());
    },
  );

  it("stops with the signal's reason before it loads the model", async () => {
    const { models } = tinyPlatform();
    const reads: string[] = [];
    const read = (file: string) => {
      reads.push(file);
      return models.read(file);
    };
    const platform = tinyPlatform({ models: { ...models, read } });
    await expect(open({}, platform, AbortSignal.abort(new Error("enough")))).rejects.toThrow("enough");
    expect(reads).toEqual([]);
  });
});

describe("weightsIn", () => {
  it("leaves out the optimizer's slots", async () => {
    await opened({}, ({ head, optimizer }) => {
      expect(Object.keys(weightsIn(head, initialState(head, optimizer)))).toEqual([
        "classifier.weight",
        "classifier.bias",
      ]);
    });
    await opened({ head: { hidden: 5 } }, ({ head, optimizer }) => {
      const names = Object.keys(weightsIn(head, initialState(head, optimizer)));
      expect(names).toEqual([...Object.keys(head.parameters), ...Object.keys(head.buffers)]);
      expect(names).toContain("classifier.bn2.running_var");
    });
  });
});
