import { describe, expect, it } from "vitest";
import { type CallContext, localChannel } from "../../src/learner/border/channel.js";
import { callUntilDisposed, disposed } from "../../src/learner/disposal.js";
import { refusal } from "../helpers/refusal.js";

const engine = {
  /** Runs until it is aborted. */
  wait: async (_: undefined, { signal, emit }: CallContext): Promise<never> => {
    emit("waiting");
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      signal.throwIfAborted();
    }
  },
  double: async (x: number): Promise<number> => 2 * x,
};

function connect() {
  const disposal = new AbortController();
  const connection = { channel: localChannel(engine), close: async () => {} };
  const wait = (signal?: AbortSignal) =>
    callUntilDisposed(connection, disposal.signal, "wait", undefined, { signal, onEvent: () => {} });
  const double = () => callUntilDisposed(connection, disposal.signal, "double", 2, {});
  return { disposal, wait, double };
}

describe("callUntilDisposed", () => {
  it("is a call as long as nothing is disposed", async () => {
    expect(await connect().double()).toBe(4);
  });

  it("ends calls under way, and refuses those that come later", async () => {
    const { disposal, wait, double } = connect();
    const waiting = refusal(() => wait(), "disposed", "This learner is disposed. Create a new one.");
    disposal.abort(disposed("learner"));
    expect((await waiting).details).toEqual({ object: "learner" });
    await refusal(double, "disposed");
  });

  it("ends with the caller's own signal too", async () => {
    const { wait, double } = connect();
    const controller = new AbortController();
    const waiting = wait(controller.signal);
    controller.abort(new Error("enough"));
    await expect(waiting).rejects.toThrow("enough");
    expect(await double()).toBe(4);
  });
});
