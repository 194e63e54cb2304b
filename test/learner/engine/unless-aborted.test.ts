import { expect, it } from "vitest";
import { unlessAborted } from "../../../src/learner/engine/unless-aborted.js";

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
