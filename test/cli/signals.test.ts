import { describe, expect, it } from "vitest";
import { abortOnSignals, Interrupted } from "../../src/cli/signals.js";

/** What `abortOnSignals` does when a signal comes; the handlers of the test's own process are left alone. */
function signalAfter(...names: ("SIGINT" | "SIGTERM")[]): AbortSignal {
  const all = ["SIGINT", "SIGTERM"] as const;
  const before = new Set(all.flatMap((name) => process.listeners(name)));
  const signal = abortOnSignals();
  const added = all.flatMap((name) =>
    process
      .listeners(name)
      .filter((listener) => !before.has(listener))
      .map((listener) => ({ name, listener })),
  );
  for (const name of names) for (const own of added) if (own.name === name) own.listener(name);
  for (const { name, listener } of added) process.off(name, listener);
  expect(added).toHaveLength(2);
  return signal;
}

describe("abortOnSignals", () => {
  it("does nothing until a signal comes", () => {
    expect(signalAfter().aborted).toBe(false);
  });

  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("aborts at %s with exit code %i", (name, exitCode) => {
    const { reason } = signalAfter(name);
    expect(reason).toBeInstanceOf(Interrupted);
    expect(reason).toMatchObject({ exitCode, message: `Stopped by ${name}.` });
  });

  it("keeps to the first", () => {
    expect(signalAfter("SIGTERM", "SIGINT", "SIGINT").reason.exitCode).toBe(143);
  });
});
