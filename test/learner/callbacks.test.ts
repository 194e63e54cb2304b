import { expect, it } from "vitest";
import { checkCallbacks } from "../../src/learner/callbacks.js";
import { refusal } from "../helpers/refusal.js";

class Counter {
  epochs = 0;
  afterEpoch(): void {
    this.epochs++;
  }
}

it("takes objects with any of the functions, other fields, and none at all", () => {
  checkCallbacks([]);
  checkCallbacks([{}, { afterEpoch: () => {} }, { beforeFit: () => {}, afterFit: undefined as never }, new Counter()]);
  checkCallbacks([{ name: "log", afterSteps: () => {} } as never]);
});

it.each<[string, unknown]>([
  ["callbacks", null],
  ["callbacks", { afterEpoch: () => {} }],
  ["callbacks", "log"],
  ["callbacks[0]", [null]],
  ["callbacks[0]", [() => {}]],
  ["callbacks[1]", [{}, { afterEpochs: () => {} }]],
  ["callbacks[0].afterEpoch", [{ afterEpoch: "log" }]],
  ["callbacks[0].beforeFit", [{ afterEpoch: () => {}, beforeFit: null }]],
])("refuses wrong %s: %j", async (name, callbacks) => {
  const { details } = await refusal(() => checkCallbacks(callbacks as never), "invalid-argument", "Expected");
  expect(details.name).toBe(name);
});
