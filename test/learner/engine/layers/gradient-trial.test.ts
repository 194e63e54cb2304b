import { describe, expect, it } from "vitest";
import { RegraftError } from "../../../../src/errors.js";
import { mlpHead } from "../../../../src/heads/mlp.js";
import type { Otherwise } from "../../../../src/learner/engine/layers/boundary.js";
import { openBoundary } from "../../../../src/learner/engine/layers/boundary.js";
import type { Workplace } from "../../../../src/learner/engine/layers/workplace.js";
import { workplaceOn } from "../../../../src/learner/engine/layers/workplace.js";
import { classes, closing, conv } from "../../../helpers/boundaries.js";
import { type FakeDevice, runtimeWith } from "../../../helpers/fake-device.js";

const { signal } = new AbortController();

/** Opened where `first` groups are frozen, on a device whose gradient graph is like this; the network itself is on the CPU. */
async function opened(first: number, fake: FakeDevice, { head }: { head?: ReturnType<typeof mlpHead> } = {}) {
  const runtime = runtimeWith({ webgpu: { of: "the gradient graph", ...fake } });
  const { given } = await conv(head && { head });
  const said: string[] = [];
  const otherwise: Otherwise = {
    host: workplaceOn(runtime, { options: { device: "cpu", threads: 1 } }, signal),
    refuse: async (why) => void said.push(why),
    notice: (why) => `It is trained here: ${why}.`,
  };
  const device: Workplace = workplaceOn(runtime, { options: { device: "webgpu", threads: 1 } }, signal);
  const boundary = await openBoundary(first, { ...given, device, otherwise });
  closing.push(boundary.release);
  return { boundary, said, runtime };
}

const times = (factor: number): FakeDevice => ({ results: (data) => data.map((x) => x * factor) });
/** Those of the scales and biases of one norm, which the length of all of them hides. */
const oneWrong: FakeDevice = { results: (data) => (data.length === 6 ? data.fill(0) : data) };

describe("a boundary on a device that has another place beside it", () => {
  it.each([0, 1, 2, 3])("after %i groups is trained there when it gives the host's gradients", async (first) => {
    const { boundary, said, runtime } = await opened(first, times(1 + 1e-4));
    expect(said).toEqual([]);
    expect(boundary.notice).toBeUndefined();
    expect(boundary.gradient).toBeDefined();
    // The host's own is closed again.
    const sessions = runtime.alive();
    await boundary.release();
    closing.pop();
    expect([sessions, runtime.alive()]).toEqual([first === 0 ? 3 : 4, 0]);
    expect(runtime.made.filter(({ device }) => device === "cpu")).toHaveLength(1);
  });

  it.each([
    [
      "other gradients",
      times(1.05),
      "the gradients of what is trained are others there (they differ by 5e-2 of their length)",
    ],
    [
      "one that is wrong",
      oneWrong,
      "the gradients of what is trained are others there (they differ by 1e+0 of their length)",
    ],
    [
      "no numbers",
      { results: (data: Float32Array) => data.fill(Number.NaN, -1) },
      "the gradients of what is trained are others there (not numbers)",
    ],
    ["nothing", { runs: false, reason: "no Indices." }, "ONNX Runtime could not run the gradient graph: no Indices"],
    ["no session", { loads: false, reason: "no kernel." }, "ONNX Runtime could not load the gradient graph: no kernel"],
  ])("is trained on the host when the device gives %s, and says why", async (_, fake, why) => {
    const { boundary, said, runtime } = await opened(1, fake);
    expect(said).toEqual([why]);
    expect(boundary.notice).toBe(`It is trained here: ${why}.`);
    // The frozen layers on the device, the three of training on the host.
    expect(runtime.alive()).toBe(4);
    expect(runtime.made.slice(-3).map(({ device }) => device)).toEqual(["cpu", "cpu", "cpu"]);
    await boundary.release();
    closing.pop();
    expect(runtime.alive()).toBe(0);
  });

  it("is tried with dropout and batch normalisation in its head", async () => {
    const head = mlpHead({ features: 8, classes, hidden: [5], dropout: 0.5, seed: 1 });
    expect((await opened(3, times(1), { head })).said).toEqual([]);
    const { boundary } = await opened(3, times(1.5), { head });
    // A head alone is trained in a Loop there.
    expect(boundary.gradient).toBeUndefined();
    expect(boundary.notice).toContain("5e-1");
  });

  it("opens nothing where the device may not be left, and throws what is no fault of its gradients", async () => {
    const { given } = await conv();
    const runtime = runtimeWith({ webgpu: { of: "the gradient graph", runs: false } });
    const places = {
      device: workplaceOn(runtime, { options: { device: "webgpu" } }, signal),
      otherwise: {
        host: workplaceOn(runtime, { options: { device: "cpu" } }, signal),
        refuse: () => Promise.reject(new Error("not here")),
        notice: () => "",
      },
    };
    await expect(openBoundary(1, { ...given, ...places })).rejects.toThrow("not here");
    expect(runtime.alive()).toBe(0);

    const lost = new RegraftError("device-lost", { device: "webgpu", reason: "asleep" }, "The GPU was lost.");
    const open: Workplace["open"] = () => Promise.reject(lost);
    await expect(openBoundary(1, { ...given, ...places, device: { ...places.device, open } })).rejects.toBe(lost);
  });
});
