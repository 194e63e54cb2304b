import { describe, expect, it } from "vitest";
import type { CallContext } from "../../src/learner/border/channel.js";
import { localChannel } from "../../src/learner/border/channel.js";
import type { Connection } from "../../src/learner/border/host.js";
import type { LearnerEngine } from "../../src/learner/engine/engine.js";
import { engineCalls } from "../../src/learner/engine-calls.js";
import { refusal } from "../helpers/refusal.js";

const results = { phase: "results", first: 0, losses: Float32Array.of(1) };
const progress = { phase: "train", done: 1, total: 2 };

/** An engine whose epochs emit some events, and then wait for the signal if they are told to. */
function connected({ waits = false } = {}) {
  const calls: unknown[] = [];
  let closed = 0;
  const engine = {
    trainEpoch: async (argument: unknown, { signal, emit }: CallContext) => {
      calls.push(argument);
      emit(results);
      emit(progress);
      if (waits) await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
      return "done";
    },
  };
  const connection = { channel: localChannel(engine), close: async () => void closed++ };
  return { ...engineCalls(connection as unknown as Connection<LearnerEngine>), calls, closed: () => closed };
}

const epoch = { rates: { lr: [0.1], momentum: [0.9] }, firstStep: 0 };

describe("engineCalls", () => {
  it("hands the argument on, results to who asked for them, and progress to the caller's function", async () => {
    const { call, calls } = connected();
    const told: unknown[][] = [];
    const onProgress = (event: unknown) => told.push(["progress", event]);
    const onResults = (event: unknown) => told.push(["results", event]);
    expect(await call("trainEpoch", epoch, { onProgress }, onResults)).toBe("done");
    expect(calls).toEqual([epoch]);
    expect(told).toEqual([
      ["results", results],
      ["progress", progress],
    ]);
    expect(await call("trainEpoch", epoch, {})).toBe("done");
  });

  it("ends with the caller's signal", async () => {
    const { call } = connected({ waits: true });
    const controller = new AbortController();
    const running = call("trainEpoch", epoch, { signal: controller.signal });
    controller.abort(new Error("enough"));
    await expect(running).rejects.toThrow("enough");
  });

  it("ends when it is disposed, with or without a signal, and takes no calls afterwards", async () => {
    const { call, dispose, closed } = connected({ waits: true });
    const { signal } = new AbortController();
    const running = [call("trainEpoch", epoch, {}), call("trainEpoch", epoch, { signal })];
    const ended = Promise.all(running.map((one) => refusal(() => one, "disposed", "This learner is disposed")));
    await dispose();
    await ended;
    expect(closed()).toBe(1);
    await refusal(() => call("trainEpoch", epoch, {}), "disposed");
  });
});
