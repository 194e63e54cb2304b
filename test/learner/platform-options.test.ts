import { describe, expect, it } from "vitest";
import { type PlatformOptions, platformOptions } from "../../src/learner/platform-options.js";
import { refusal } from "../helpers/refusal.js";

const split = (options: PlatformOptions & Record<string, unknown>) => platformOptions<Record<string, unknown>>(options);

describe("platformOptions", () => {
  it("parts them from all others", () => {
    const places = { worker: "worker.js", models: new URL("https://x.test/models/"), wasmPaths: "/ort/" };
    expect(split({ ...places, seed: 1, model: "resnet34" })).toEqual([places, { seed: 1, model: "resnet34" }]);
  });

  it("has none where none are given, or undefined ones", () => {
    const none = { worker: undefined, models: undefined, wasmPaths: undefined };
    expect(split({ ...none, seed: 1 } as never)).toEqual([{}, { seed: 1 }]);
    expect(platformOptions(undefined as never)).toEqual([{}, {}]);
  });

  it("takes false for the worker alone", async () => {
    expect(split({ worker: false })).toEqual([{ worker: false }, {}]);
    for (const name of ["models", "wasmPaths"])
      await refusal(() => split({ [name]: false }), "invalid-argument", `for ${name} but received false`);
  });

  it.each(["worker", "models", "wasmPaths"])("refuses a %s that is no place", async (name) => {
    for (const [wrong, received] of [
      ["", '""'],
      [1, "1"],
      [null, "null"],
      [true, "true"],
    ])
      await refusal(() => split({ [name]: wrong }), "invalid-argument", `for ${name} but received ${received}.`);
  });
});
