// Varied and mixed photos, and photos with labels, trained on in a browser and gone on with from a checkpoint: Node's numbers.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loweredFor } from "../../src/learner/engine/device/lowered-for.js";
import type { Learner } from "../../src/learner/learner.js";
import { createOps } from "../../src/onnx/builder.js";
import { graphOf } from "../../src/onnx/graph.js";
import { float32 } from "../../src/tensor.js";
import { differentiate } from "../../src/training-graph/differentiate.js";
import { input, modelOf } from "../../src/training-graph/graph-edges.js";
import { binaryCrossEntropy } from "../../src/training-graph/other-losses.js";
import { type BuildPage, openBuild } from "../helpers/browser-build.js";
import { createLearner, imageList } from "../helpers/build.js";
import { describeChromium, type OpenedPage, openPage } from "../helpers/chromium.js";
import { model, options, photos } from "../helpers/conv-training.js";
import { largestDifference } from "../helpers/difference.js";
import { pageSessions } from "../helpers/page-sessions.js";
import { numbersOf } from "../helpers/run-graph.js";
import { temporaryFolder } from "../helpers/temporary.js";

type Trained = Pick<
  Learner<"single-label"> & Learner<"multi-label">,
  "fit" | "history" | "save" | "load" | "validate" | "predict" | "showBatch" | "dispose"
>;

interface Outcome {
  readonly losses: readonly number[];
  readonly logits: readonly number[];
  readonly tta: readonly number[];
  readonly pictures: number;
  readonly text: string;
}

/** Two epochs, of which the second is another learner's. It sees nothing around it: a page runs its source. */
async function train(open: () => Promise<Trained>, first: string | Uint8Array, folder: string): Promise<Outcome> {
  const before = await open();
  await before.fit(1, 0.05);
  await before.save(folder);
  await before.dispose();
  const learner = await open();
  await learner.load(folder);
  await learner.fit(1, 0.05);
  const { loss } = await learner.validate({ tta: 2 });
  const svg = await learner.showBatch();
  const outcome = {
    losses: [...learner.history.flatMap(({ trainLoss, validLoss }) => [trainLoss, validLoss]), loss],
    logits: [...(await learner.predict(first)).logits],
    tta: [...(await learner.predict(first, { tta: 2 })).logits],
    pictures: svg.match(/<image /g)!.length,
    text: svg.replace(/<image [^>]*>/g, ""),
  };
  await learner.dispose();
  return outcome;
}

const { items, bytes } = await photos();
const labelled = items.map(({ label, ...item }, i) => ({ ...item, labels: i % 2 === 1 ? [label, "odd"] : [label] }));

describeChromium("learners in a browser, on WASM", () => {
  let opened: BuildPage;
  beforeAll(async () => {
    opened = await openBuild({ isolated: true });
    for (const [i, { image }] of items.entries()) opened.publish(image, bytes[i]!);
  });
  afterAll(() => opened?.close());

  const folder = temporaryFolder();
  it.each([
    ["two mixed views of each photo", items, { augment: { views: 2, mixup: 0.4 } }],
    ["labels in stratified batches", labelled, { batches: "stratified" }],
  ] as const)("train on %s as Node does, before and after a checkpoint", async (name, items, more) => {
    const given = { ...options, ...more };
    const found = await opened.run(
      async ({ createLearner, imageList }, { items, model, given, train, name }) => {
        const open = () =>
          createLearner({ model: Uint8Array.from(model), data: imageList(items as never), ...given, device: "wasm" });
        return new Function(`return (${train})`)()(open, items[0]!.image, `checkpoints/${name}`) as Promise<Outcome>;
      },
      { items, model: [...model], given, train: train.toString(), name },
    );
    const data = imageList(items.map((item, i) => ({ ...item, image: bytes[i]! })) as never);
    const open = () => createLearner({ model, data, ...given, device: "cpu" }) as Promise<unknown> as Promise<Trained>;
    const expected = await train(open, bytes[0]!, `${folder}/${name}`);
    expect(expected.losses).toHaveLength(5);
    for (const of of ["losses", "logits", "tta"] as const)
      expect(largestDifference(found[of], expected[of]), of).toBeLessThan(1e-3);
    expect([found.pictures, found.text]).toEqual([9, expected.text]);
    expect(opened.errors).toEqual([]);
  });
});

describeChromium("the loss of labels in a browser", () => {
  let opened: OpenedPage;
  beforeAll(async () => {
    opened = await openPage({ webgpu: true });
  });
  afterAll(() => opened?.close());

  const logits = [-1e4, -100, -88, -1, 0, 1, 88, 100, 1e4];
  const shape = [2, logits.length];

  describe.each(["webgpu", "wasm"] as const)("on %s", (device) => {
    it("and its gradient are right however far a logit is from 0", async () => {
      const op = createOps();
      const [x, y] = [input("x", "float32", ["n", shape[1]!]), input("y", "float32", ["n", shape[1]!])];
      const { total } = binaryCrossEntropy(shape[1]!, undefined).of(op, x, y);
      const [gradient] = differentiate(op, total, [x]);
      const model = loweredFor(modelOf(graphOf("loss", [x, y], [total, gradient!])), device);
      const session = await (await pageSessions(opened, device))(model, "the loss");
      const one = async (at: number, has: number) => {
        const zeros = () => new Float32Array(2 * shape[1]!);
        const [logit, target] = [zeros(), zeros()];
        logit[at] = logits[at]!;
        target[at] = has;
        const outputs = await session.run({ x: float32(shape, logit), y: float32(shape, target) });
        const [loss, gradients] = model.graph.outputs.map(({ name }) => numbersOf(outputs[name]!));
        return [loss![0]! - (2 * shape[1]! - 1) * Math.LN2, gradients![at]!] as const;
      };
      for (const [at, x] of logits.entries())
        for (const has of [0, 1]) {
          const [loss, slope] = await one(at, has);
          const wrong = has === 1 ? -x : x;
          const expected = Math.max(wrong, 0) + Math.log1p(Math.exp(-Math.abs(x)));
          expect(Math.abs(loss - expected) / Math.max(1, expected), `loss at ${x} of ${has}`).toBeLessThan(1e-4);
          expect(Math.abs(slope - (1 / (1 + Math.exp(-x)) - has)), `slope at ${x} of ${has}`).toBeLessThan(1e-6);
        }
      await session.release();
    });
  });
});
