import { MessageChannel } from "node:worker_threads";
import { expect, it } from "vitest";
import { turn, unlessAborted } from "../../../src/learner/engine/turn.js";

it("lets messages in that came while the thread was busy", async () => {
  const { port1, port2 } = new MessageChannel();
  const controller = new AbortController();
  port2.on("message", (reason) => controller.abort(new Error(reason)));
  // As after a run: the runtime works within an immediate.
  await new Promise<void>((resolve) => {
    setImmediate(resolve);
  });
  port1.postMessage("cancelled");
  await expect(turn(controller.signal)).rejects.toThrow("cancelled");
  port1.close();
});

it("goes on where nothing came, or nothing can come", async () => {
  await turn(new AbortController().signal);
  await turn(undefined);
});

it("unlessAborted waits for the work, and no longer than for the signal", async () => {
  const controller = new AbortController();
  const { signal } = controller;
  expect(await unlessAborted(Promise.resolve(7), undefined)).toBe(7);
  expect(await unlessAborted(Promise.resolve(7), signal)).toBe(7);
  await expect(unlessAborted(Promise.reject(new Error("gone")), signal)).rejects.toThrow("gone");
  let fail = (_: Error): void => {};
  const never = new Promise<void>((_, reject) => {
    fail = reject;
  });
  const waiting = unlessAborted(never, signal);
  controller.abort(new Error("enough"));
  await expect(waiting).rejects.toThrow("enough");
  await expect(unlessAborted(never, signal)).rejects.toThrow("enough");
  // Its failure is nobody's by then: no rejection is left unhandled.
  fail(new Error("too late"));
});
