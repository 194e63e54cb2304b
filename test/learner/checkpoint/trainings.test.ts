import { describe, expect, it } from "vitest";
import { RegraftError } from "../../../src/errors.js";
import type { TrainingOptions } from "../../../src/learner/call-options.js";
import type { Callback } from "../../../src/learner/callbacks.js";
import type { Learner } from "../../../src/learner/learner.js";
import { folder, onSameDisk } from "../../helpers/checkpointed.js";
import { memoryStorages } from "../../helpers/memory-storage.js";
import { refusal } from "../../helpers/refusal.js";
import { openConv } from "../../helpers/unfreezing.js";

const small = { batchSize: 5 };
const stopIn = (epoch: number, controller: AbortController) => ({
  beforeEpoch: (state: { readonly epoch: number }) =>
    void (state.epoch === epoch && controller.abort(new Error("enough"))),
});

describe("a training that was broken off", () => {
  it("is gone on with by the learner itself, without any checkpoint", async () => {
    const whole = await openConv(small);
    await whole.learner.fitOneCycle(3, 0.5);
    const { learner, weights } = await openConv(small);
    const controller = new AbortController();
    const callbacks = [{ afterSteps: () => controller.abort(new Error("enough")) }];
    await expect(learner.fitOneCycle(3, 0.5, { signal: controller.signal, callbacks })).rejects.toThrow("enough");
    const told: number[] = [];
    const results = await learner.resume({ callbacks: [{ afterEpoch: (_, { epoch }) => void told.push(epoch) }] });
    expect(results.map(({ epoch }) => epoch)).toEqual(told);
    expect(await weights()).toEqual(await whole.weights());
    expect(learner.fits).toMatchObject([{ call: "fitOneCycle(3, 0.5)", planned: 3 }]);
    expect(await learner.resume()).toEqual([]);
  });

  it("is not gone on with once something else was trained, or diverged", async () => {
    const { learner } = await openConv(small);
    const breakOff = async () => {
      const controller = new AbortController();
      const fit = learner.fit(3, 0.5, { signal: controller.signal, callbacks: [stopIn(1, controller)] });
      await expect(fit).rejects.toThrow("enough");
    };
    await breakOff();
    await learner.fit(1, 0.5);
    expect(await learner.resume()).toEqual([]);
    await breakOff();
    await learner.unfreeze();
    expect(await learner.resume()).toEqual([]);
    await refusal(() => learner.fit(1, 1e39), "diverged");
    expect(await learner.resume()).toEqual([]);
  });

  it("keeps its interval, its folder and its note for the checkpoints that follow", async () => {
    const { storage } = onSameDisk();
    const { learner } = await openConv(small, onSameDisk(storage));
    const controller = new AbortController();
    const checkpoint = { folder, everySeconds: 5, note: "mine" };
    const options = { checkpoint, signal: controller.signal, callbacks: [stopIn(1, controller)] };
    await expect(learner.fit(3, 0.5, options)).rejects.toThrow("enough");
    const other = (await openConv(small, onSameDisk(storage))).learner;
    expect(await other.load(folder)).toMatchObject({
      epochs: 1,
      step: 0,
      interrupted: "fit(3, 0.5)",
      note: "mine",
      notices: [],
    });
    await other.resume();
    const third = (await openConv(small, onSameDisk(storage))).learner;
    const loaded = await third.load(folder);
    expect(loaded).toEqual({ epochs: 3, step: 0, note: "mine", notices: [] });
  });
});

describe("a fit that diverges after it was gone on with", () => {
  // In the fifth step of its second epoch.
  const diverging = (learner: Learner, options: TrainingOptions = {}) =>
    learner.fitOneCycle(3, 3e37, { pctStart: 0.9, ...options });

  it.each([1, 2])("leaves what it leaves uninterrupted, after %i interruptions: what was before it", async (times) => {
    const whole = await openConv(small);
    await whole.learner.fit(1, 0.5);
    const before = await whole.weights();
    const { details } = await refusal(() => diverging(whole.learner), "diverged");
    expect(details.step).toBe(10);
    expect(await whole.weights()).toEqual(before);

    const disk = memoryStorages();
    let opened = await openConv(small, onSameDisk(disk));
    await opened.learner.fit(1, 0.5);
    let goOn = (options: TrainingOptions): Promise<unknown> => diverging(opened.learner, options);
    for (let time = 1; time <= times; time++) {
      const controller = new AbortController();
      const callbacks = [stopIn(1, controller)];
      const checkpoint = { folder, everySeconds: 0 };
      await expect(goOn({ checkpoint, callbacks, signal: controller.signal })).rejects.toThrow("enough");
      opened = await openConv(small, onSameDisk(disk));
      expect(await opened.learner.load(folder)).toMatchObject({ epochs: 2, step: 0 });
      goOn = (options) => opened.learner.resume(options);
    }
    expect(await opened.weights()).not.toEqual(before);
    expect((await refusal(() => goOn({}), "diverged")).details).toEqual(details);
    expect(await opened.weights()).toEqual(before);
    expect(opened.learner.fits).toMatchObject([{ call: "fit(1, 0.5)" }]);
    // Optimizer and draws too are where they would be.
    await whole.learner.fit(1, 0.5);
    await opened.learner.fit(1, 0.5);
    expect(await opened.weights()).toEqual(await whole.weights());
  });
});

describe("a disk that is full", () => {
  it("ends the fit, and neither the old checkpoint nor what was learnt is lost", async () => {
    const disk = memoryStorages();
    let isFull = false;
    const storage = Object.assign(
      (name: string) => ({
        ...disk(name),
        write: async (...args: Parameters<ReturnType<typeof disk>["write"]>) => {
          if (isFull && name === folder) {
            const message = `Cannot write ${name}: the disk is full.`;
            throw new RegraftError("file-access", { path: name, operation: "write" }, message);
          }
          return disk(name).write(...args);
        },
      }),
      { all: disk.all },
    );
    const whole = await openConv(small);
    await whole.learner.fit(4, 0.5);
    const { learner, weights } = await openConv(small, onSameDisk(storage));
    const fill: Callback = {
      afterEpoch: (_, { epoch }) => {
        isFull = epoch === 1;
      },
    };
    const callbacks = [fill];
    await refusal(
      () => learner.fit(4, 0.5, { checkpoint: folder, callbacks }),
      "file-access",
      "the disk is full",
      "save() it elsewhere",
    );
    expect(learner.history).toHaveLength(2);
    const other = (await openConv(small, onSameDisk(disk))).learner;
    expect((await other.load(folder)).epochs).toBe(1);
    await learner.save("elsewhere");
    const third = await openConv(small, onSameDisk(disk));
    expect((await third.learner.load("elsewhere")).epochs).toBe(2);
    await third.learner.resume({ checkpoint: "elsewhere" });
    await learner.resume({ checkpoint: "elsewhere too" });
    const expected = await whole.weights();
    expect(await third.weights()).toEqual(expected);
    expect(await weights()).toEqual(expected);
  });
});

describe("early stopping", () => {
  it("ends the fit, goes back to the best epoch's weights, and says so", async () => {
    const fit = { call: expect.stringContaining('fit(9, 3, {"earlyStopping":{"patience":2}})'), planned: 9 };
    const { learner, weights } = await openConv({ ...small, optimizer: { name: "sgd", momentum: 0.5 } });
    const results = await learner.fit(9, 3, { earlyStopping: { patience: 2 } });
    const losses = results.map(({ validLoss }) => validLoss);
    const best = losses.indexOf(Math.min(...losses));
    expect(best).toBe(results.length - 3);
    expect(learner.fits).toMatchObject([
      { ...fit, tracked: { monitor: "validLoss", best, isStopped: true, isRestored: true } },
    ]);
    expect((await learner.validate()).loss).toBe(losses[best]);
    expect(learner.history).toEqual(results);
    const plain = await openConv({ ...small, optimizer: { name: "sgd", momentum: 0.5 } });
    await plain.learner.fit(best + 1, 3);
    expect(await weights()).toEqual(await plain.weights());
  });

  it("keeps the last weights where it is told to", async () => {
    const { learner } = await openConv({ ...small, optimizer: { name: "sgd", momentum: 0.5 } });
    const results = await learner.fit(9, 3, { earlyStopping: true, restoreBest: false });
    expect((await learner.validate()).loss).toBe(results.at(-1)!.validLoss);
    expect(learner.fits[0]!.tracked).toMatchObject({ isStopped: true, isRestored: false });
  });

  it("refuses what no result will have, before anything is trained", async () => {
    const { learner } = await openConv(small);
    const fit = () => learner.fit(2, 0.5, { earlyStopping: { monitor: "macroF1" } });
    await refusal(fit, "invalid-argument", "earlyStopping.monitor");
    expect(learner.history).toEqual([]);
  });
});
