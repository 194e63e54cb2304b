// ONNX Runtime for Node; the only file that imports onnxruntime-node. Loading it takes a while, so that happens when it
// is first asked for something, and its `run` blocks the thread it is called on: use it from a worker.
import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { InferenceSession } from "onnxruntime-node";
import type { DeviceName, DeviceOffer } from "./devices.js";
import { hostTensor, runtimeFailed, uploaded, wrapSession } from "./ort-session.js";
import type { Runtime, SessionOptions } from "./session.js";

type OnnxRuntime = typeof import("onnxruntime-node");

export function createNodeRuntime(): Runtime {
  return {
    devices: async () => offers((await load()).listSupportedBackends().map(({ name }) => name)),
    createSession: async (model, source, options) => {
      const runtime = await load();
      const session = await runtime.InferenceSession.create(model, sessionOptions(options)).catch((cause) => {
        throw runtimeFailed(`load ${source}`, cause);
      });
      return wrapSession(runtime, session, source);
    },
    // The package has no access to a device's memory: every run takes copies there and back.
    upload: async (tensor) => uploaded(tensor, hostTensor(await load(), tensor)),
  };
}

let loaded: Promise<OnnxRuntime> | undefined;
function load(): Promise<OnnxRuntime> {
  // A CommonJS module: its names are on `default` where the loader could not list them.
  loaded ??= import("onnxruntime-node").then(
    (module) => ("default" in module ? module.default : module) as OnnxRuntime,
  );
  return loaded;
}

/** Of what the package was built with, the devices we know, best first. */
const offers = (built: readonly string[]): readonly DeviceOffer[] =>
  [cuda(), { name: "dml" }, webgpu(), { name: "coreml" }, { name: "cpu" }].filter((offer): offer is DeviceOffer =>
    built.includes(offer.name),
  );

/** Its libraries come with the package's install script, for x64 Linux; tried without them it writes to the terminal. */
function cuda(): DeviceOffer {
  const name: DeviceName = "cuda";
  const hasLibrary = librariesHere().some((file) => /providers_cuda/.test(file));
  if (hasLibrary) return { name };
  const remedy = "npm install onnxruntime-node --onnxruntime-node-install=cuda12, beside CUDA 12 and cuDNN 9";
  return { name, problem: `its libraries are missing (${remedy})` };
}

function librariesHere(): readonly string[] {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve("onnxruntime-node/package.json"));
    return readdirSync(join(folder, "bin"), { recursive: true, encoding: "utf8" });
  } catch {
    // Bundled, it lies where nobody knows.
    return [];
  }
}

/** On Linux it is Vulkan's, whose loader complains to the terminal where there is no GPU. */
function webgpu(): DeviceOffer {
  const name: DeviceName = "webgpu";
  const { VK_ICD_FILENAMES, VK_DRIVER_FILES, VK_ADD_DRIVER_FILES } = process.env;
  const hasDriver = [VK_ICD_FILENAMES, VK_DRIVER_FILES, VK_ADD_DRIVER_FILES].some(Boolean);
  if (process.platform !== "linux" || hasDriver || gpus.some(existsSync)) return { name };
  return {
    name,
    problem: "there is no GPU (none of /dev/dri, /dev/dxg and /dev/nvidiactl; VK_DRIVER_FILES names another)",
  };
}

/** What Linux shows of one: by its own drivers, under Windows, by NVIDIA's. */
const gpus = ["/dev/dri", "/dev/dxg", "/dev/nvidiactl"];

const sessionOptions = ({ device, threads, once = false }: SessionOptions): InferenceSession.SessionOptions => ({
  executionProviders: [device],
  ...(threads !== undefined && { intraOpNumThreads: threads }),
  ...(once && { graphOptimizationLevel: "disabled" }),
  // A plan of all buffers per shape of the inputs is kept for good: 40 % of the memory of a step of EfficientNet-Lite0, and
  // no faster there (a head alone loses 5 %; bench/unfrozen.ts, bench/head.ts).
  enableMemPattern: false,
  // Warnings would land in the user's terminal; errors arrive as exceptions anyway.
  logSeverityLevel: 4,
});
