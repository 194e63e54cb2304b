import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createNodeRuntime } from "../../src/runtime/node.js";
import type { Session } from "../../src/runtime/session.js";
import { float32, int64 } from "../../src/tensor.js";
import { refusal } from "../helpers/refusal.js";
import { imageClassifier, unknownDomain } from "../helpers/small-models.js";
import { file, node } from "../onnx/fixtures.js";

const runtime = createNodeRuntime();

describe("a session on Node", () => {
  let session: Session;
  beforeAll(async () => {
    session = await runtime.createSession(imageClassifier(), "a classifier", { device: "cpu", threads: 1 });
  });
  afterAll(() => session.release());

  it("knows the names of the model's inputs and outputs", () => {
    expect(runtime.devices()).toEqual(["cpu"]);
    expect(session.inputNames).toEqual(["pixel_values"]);
    expect(session.outputNames).toHaveLength(1);
    expect(session.outputShapes).toEqual([["batch", 2]]);
  });

  it("runs the model on tensors", async () => {
    // Red 1, green 2, blue 3 everywhere; the weights are (1, -1), (0, 1), (-1, 0).
    const colours = Float32Array.from({ length: 3 * 28 * 28 }, (_, i) => 1 + Math.floor(i / 784));
    const outputs = await session.run({ pixel_values: float32([1, 3, 28, 28], colours) });
    const logits = outputs[session.outputNames[0]!]!;
    expect(logits).toMatchObject({ dtype: "float32", shape: [1, 2] });
    expect([...(logits.data as Float32Array)]).toEqual([1 - 3, -1 + 2]);
  });

  it("gives outputs that later runs leave alone", async () => {
    const run = (value: number) =>
      session.run({ pixel_values: float32([1, 3, 28, 28], new Float32Array(3 * 784).fill(value)) });
    const first = await run(1);
    const before = [...(first[session.outputNames[0]!]!.data as Float32Array)];
    await run(2);
    expect([...(first[session.outputNames[0]!]!.data as Float32Array)]).toEqual(before);
  });

  it("says which model failed, with the runtime's own error as the cause", async () => {
    const wrong = await refusal(
      () => session.run({ pixel_values: int64([1], [5]) }),
      "runtime-failed",
      "could not run a classifier",
    );
    expect(wrong.cause).toBeInstanceOf(Error);
    await refusal(() => session.run({}), "runtime-failed", "pixel_values");
  });
});

describe("createSession on Node", () => {
  it("says which model it cannot load, and why", async () => {
    const load = (bytes: Uint8Array) => () => runtime.createSession(bytes, "this model", { device: "cpu" });
    await refusal(load(unknownDomain()), "runtime-failed", "could not load this model", "com.example");
    await refusal(load(new Uint8Array([1, 2, 3])), "runtime-failed", "could not load this model");
  });

  it("cuts short what the runtime quotes at length", async () => {
    const name = `magic${"_".repeat(10_000)}`;
    const bytes = file({ node: [node("Magic", ["x"], ["y"], { name, domain: "com.example" })] });
    const load = () => createNodeRuntime().createSession(bytes, "this model", { device: "cpu" });
    const { message } = await refusal(load, "runtime-failed", "magic");
    expect(message.length).toBeLessThan(700);
  });
});
