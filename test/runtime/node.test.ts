import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { listSupportedBackends } from "onnxruntime-node";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { DeviceName } from "../../src/runtime/devices.js";
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

describe("a device's memory on Node", () => {
  it("is copied to and from: what is left there reads as what is given back", async () => {
    const options = { device: "cpu", threads: 1, onDevice: true } as const;
    const session = await runtime.createSession(imageClassifier(), "a classifier", options);
    const image = float32(
      [1, 3, 28, 28],
      Array.from({ length: 3 * 784 }, (_, i) => 1 + Math.floor(i / 784)),
    );
    const there = await runtime.upload(image, "cpu");
    expect(there).toMatchObject({ dtype: "float32", shape: [1, 3, 28, 28] });
    expect(await there.read()).toEqual(image);
    const [name] = session.outputNames;
    const onDevice = (await session.runOnDevice({ pixel_values: there }))[name!]!;
    expect(onDevice).toMatchObject({ dtype: "float32", shape: [1, 2] });
    expect(await onDevice.read()).toEqual(float32([1, 2], [1 - 3, -1 + 2]));
    for (const feeds of [{ pixel_values: there }, { pixel_values: image }])
      expect((await session.run(feeds))[name!]).toEqual(await onDevice.read());
    for (const tensor of [there, onDevice]) tensor.release();
    await session.release();
  });
});

describe("devices on Node", () => {
  const folder = join(dirname(createRequire(import.meta.url).resolve("onnxruntime-node/package.json")), "bin");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const offered = async (name: DeviceName) => (await runtime.devices()).find((offer) => offer.name === name);
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it("are those that the package was built with, best first: the CPU last, which always works", async () => {
    const names = (await runtime.devices()).map(({ name }) => name);
    const built = listSupportedBackends().map(({ name }) => name);
    const known = ["cuda", "dml", "webgpu", "coreml", "cpu"];
    expect(names).toEqual(known.filter((name) => built.includes(name)));
    expect((await runtime.devices()).at(-1)).toEqual({ name: "cpu" });
  });

  const isLinux = process.platform === "linux" && process.arch === "x64";
  it.runIf(isLinux && !files.some((file) => file.includes("providers_cuda")))(
    "leave out cuda without its libraries, and say how they are had",
    async () => {
      expect(await offered("cuda")).toEqual({
        name: "cuda",
        problem:
          "its libraries are missing (npm install onnxruntime-node --onnxruntime-node-install=cuda12, beside CUDA 12 " +
          "and cuDNN 9)",
      });
    },
  );

  it.runIf(isLinux && !["/dev/dri", "/dev/dxg", "/dev/nvidiactl"].some(existsSync))(
    "leave out webgpu on Linux without a GPU, unless a driver is named",
    async () => {
      const drivers = ["VK_ICD_FILENAMES", "VK_DRIVER_FILES", "VK_ADD_DRIVER_FILES"];
      for (const driver of drivers) vi.stubEnv(driver, "");
      expect(await offered("webgpu")).toEqual({
        name: "webgpu",
        problem: "there is no GPU (none of /dev/dri, /dev/dxg and /dev/nvidiactl; VK_DRIVER_FILES names another)",
      });
      for (const driver of drivers) {
        vi.stubEnv(driver, "/drivers/icd.json");
        expect(await offered("webgpu")).toEqual({ name: "webgpu" });
        vi.stubEnv(driver, "");
      }
    },
  );
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
