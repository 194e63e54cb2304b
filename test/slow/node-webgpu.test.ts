// A learner on WebGPU in Node, through a driver that computes on the processor: the losses, predictions and export that the
// CPU gives; and what is said where a device is not there. Each in a process of its own, which must end by itself.
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { createLearner, imageList } from "../helpers/build.js";
import { checkOutcome, model, type Outcome, options, photos, train } from "../helpers/conv-training.js";
import { largestDifference } from "../helpers/difference.js";
import { type Ended, runScript } from "../helpers/run-script.js";
import { temporaryFolder } from "../helpers/temporary.js";
import { describeVulkan, vulkan } from "../helpers/vulkan.js";

const folder = temporaryFolder();
const modelFile = join(folder, "conv.onnx");
const { items: listed, bytes } = await photos();
const items = listed.map((item) => ({ ...item, image: join(folder, item.image) }));

beforeAll(() => {
  writeFileSync(modelFile, model);
  for (const [i, { image }] of items.entries()) {
    mkdirSync(dirname(image), { recursive: true });
    writeFileSync(image, bytes[i]!);
  }
});

interface Told {
  readonly device: string;
  readonly reason: string;
  readonly notices: readonly string[];
  readonly outcome: Outcome;
  readonly logits: readonly number[];
  /** Of what was refused. */
  readonly code: string;
  readonly message: string;
  readonly details: unknown;
}

let jobs = 0;
/** What a process tells of learners on these devices, one after the other. */
async function run(
  job: object,
  env: NodeJS.ProcessEnv,
): Promise<{ readonly told: readonly Told[]; readonly ended: Ended }> {
  const file = join(folder, `job ${jobs++}.json`);
  writeFileSync(file, JSON.stringify({ model: modelFile, items, options, ...job }));
  const ended = await runScript(new URL("node-webgpu.mjs", import.meta.url), [file], undefined, folder, {
    env,
    timeout: 180_000,
  });
  return { told: JSON.parse(ended.stdout || "[]"), ended };
}

const quiet = { signal: null, stderr: "" };

describeVulkan("a learner on WebGPU in Node", () => {
  it("trains the head and a stage, tests ranges, predicts and exports as on the CPU, and ends by itself", async () => {
    const out = join(folder, "exported");
    const { told, ended } = await run({ devices: ["webgpu"], train: train.toString(), out, worker: false }, vulkan);
    expect(ended).toMatchObject({ ...quiet, code: 0 });
    const [{ device, reason, notices, outcome }, { logits }] = told as [Told, Told];
    expect(device).toBe("webgpu");
    expect(reason).toMatch(/^webgpu: as asked for; a small network gives the results of cpu there/);
    expect(notices).toEqual([]);
    await using learner = await createLearner({ model: modelFile, data: imageList(items), ...options, device: "cpu" });
    checkOutcome(outcome, await train(learner, items[0]!.image));
    expect(largestDifference(logits, outcome.logits)).toBeLessThan(1e-4);
  });

  it("leaves by process.exit, a learner open, with its code", async () => {
    const { told, ended } = await run({ devices: ["webgpu"], exitCode: 3 }, vulkan);
    expect(told[0]!.device).toBe("webgpu");
    expect(ended).toMatchObject({ ...quiet, code: 3 });
  });

  it('is not chosen by "auto", being slow, and it is said', async () => {
    const { told, ended } = await run({ devices: ["auto"], worker: false }, vulkan);
    expect(told[0]!.device).toBe("cpu");
    expect(told[0]!.reason).toMatch(/; not webgpu: it is slower than cpu \([\d.e-]+ times its speed\)$/);
    expect(ended).toMatchObject({ ...quiet, code: 0 });
  });
});

describe("a device that is not there", () => {
  const none: NodeJS.ProcessEnv = { VK_ICD_FILENAMES: "", VK_DRIVER_FILES: "", VK_ADD_DRIVER_FILES: "" };
  const hasGpu = ["/dev/dri", "/dev/dxg", "/dev/nvidiactl"].some(existsSync);

  it.runIf(process.platform === "linux" && process.arch === "x64" && !hasGpu)(
    "is refused with what is there and what is missing, and nothing else is said",
    async () => {
      const { told, ended } = await run({ devices: ["webgpu", "cuda", "dml", "coreml", "wasm"] }, none);
      expect(ended).toMatchObject({ ...quiet, code: 0 });
      const why = [
        "there is no GPU (none of /dev/dri, /dev/dxg and /dev/nvidiactl; VK_DRIVER_FILES names another)",
        "its libraries are missing (npm install onnxruntime-node --onnxruntime-node-install=cuda12, beside CUDA 12 and " +
          "cuDNN 9)",
        "this platform does not have it (it is DirectML, in Node on Windows)",
        "this platform does not have it (it is Apple's, in Node on macOS)",
        "this platform does not have it (it is a browser's; Node has cpu)",
      ];
      for (const [i, device] of ["webgpu", "cuda", "dml", "coreml", "wasm"].entries()) {
        const message = `The device "${device}" cannot be used: ${why[i]}. Available: cpu. Choose one of these, or "auto".`;
        expect(told[i]).toEqual({ code: "device-unavailable", message, details: { device, available: ["cpu"] } });
      }
    },
  );
});
