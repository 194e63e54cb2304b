// ONNX Runtime for the web; the only file that imports onnxruntime-web. Its JavaScript and its WebAssembly, megabytes, are
// fetched when a device is first used; `run` on WASM blocks the thread it is called on: use it from a worker.
import type { InferenceSession } from "onnxruntime-web";
import { RegraftError } from "../errors.js";
import type { Tensor } from "../tensor.js";
import type { DeviceName, DeviceOffer } from "./devices.js";
import { hostTensor, runtimeFailed, uploaded, wordsOf, wrapSession } from "./ort-session.js";
import type { DeviceTensor, Runtime, SessionOptions } from "./session.js";

type OnnxRuntime = typeof import("onnxruntime-web");

export interface WebRuntimeOptions {
  /** The folder of onnxruntime-web's files, ending in a slash; absent: where the bundler, or npm, has put them. */
  readonly wasmPaths?: string | undefined;
}

export function createWebRuntime({ wasmPaths }: WebRuntimeOptions = {}): Runtime {
  // Each build is a runtime of its own: only that with WebGPU has WebGPU, and it is slower at all else.
  const builds: Partial<Record<Build, Promise<OnnxRuntime>>> = {};
  const load = (device: DeviceName, threads?: number): Promise<OnnxRuntime> => {
    const build = device === "webgpu" ? "webgpu" : "wasm";
    builds[build] ??= start(build, wasmPaths, threads);
    return builds[build];
  };
  let lost: string | undefined;
  const watched = new WeakSet<GPUDevice>();
  const watch = (gpu: GPUDevice): void => {
    if (watched.has(gpu)) return;
    watched.add(gpu);
    void gpu.lost.then(({ reason, message }) => {
      // The runtime itself destroys it with its last session, and takes a new one for the next.
      if (reason !== "destroyed") lost = message || "its driver gives no reason";
    });
  };
  const failed = (operation: string, cause: unknown): RegraftError =>
    lost === undefined ? runtimeFailed(operation, cause) : deviceLost(lost, cause);
  return {
    devices: async () => [await webgpu(), { name: "wasm" }],
    createSession: async (model, source, options) => {
      const { device, threads } = options;
      const runtime = await load(device, threads);
      const session = await runtime.InferenceSession.create(model, sessionOptions(options)).catch((cause) => {
        throw isNotStarted(cause) ? notStarted(cause, wasmPaths) : failed(`load ${source}`, cause);
      });
      if (device === "webgpu") watch(await gpuOf(runtime));
      return wrapSession(runtime, session, source, failed);
    },
    upload: async (tensor, device) => {
      const runtime = await load(device);
      return device === "webgpu" ? toDevice(runtime, tensor) : uploaded(tensor, hostTensor(runtime, tensor));
    },
  };
}

const gpuOf = (runtime: OnnxRuntime): Promise<GPUDevice> => runtime.env.webgpu.device as Promise<GPUDevice>;

type Build = "webgpu" | "wasm";

async function start(build: Build, wasmPaths: string | undefined, threads: number | undefined): Promise<OnnxRuntime> {
  const runtime = await imported(build, wasmPaths);
  const { env } = runtime;
  env.logLevel = "fatal";
  env.wasm.numThreads = crossOriginIsolated && isModule ? (threads ?? sensibleThreads()) : 1;
  if (wasmPaths !== undefined) env.wasm.wasmPaths = wasmPaths;
  if (build === "webgpu") env.webgpu.powerPreference = "high-performance";
  return runtime;
}

/**
 * A bundler that makes a worker a script, as Vite does by default, puts all that it imports into its one file. The runtime's
 * threads, which start by its file, would each be another of our workers, and the runtime would wait for them forever.
 */
const isModule = typeof import.meta.resolve === "function";

/** A browser tells of logical cores: where there are many, half of them are no cores. */
function sensibleThreads(): number {
  const { hardwareConcurrency: logical } = navigator;
  return logical <= 4 ? logical : Math.min(8, Math.ceil(logical / 2));
}

/** By its package's name, as bundlers know it; a page without a bundler has it in a file. */
async function imported(build: Build, wasmPaths: string | undefined): Promise<OnnxRuntime> {
  try {
    return await (build === "webgpu" ? import("onnxruntime-web/webgpu") : import("onnxruntime-web/wasm"));
  } catch (byName) {
    const folder = wasmPaths ?? beside("../../onnxruntime-web/dist/");
    const file = `${folder}ort.${build}.bundle.min.mjs`;
    return import(/* @vite-ignore */ /* webpackIgnore: true */ file).catch(() => {
      throw notFound(file, byName);
    });
  }
}

/** A function, as bundlers look for a file of theirs wherever they see an address in `new URL` itself. */
const beside = (path: string): string => new URL(path, import.meta.url).href;

async function webgpu(): Promise<DeviceOffer> {
  const name: DeviceName = "webgpu";
  if (!isSecureContext) return { name, problem: "it takes a secure page, one over https or from localhost" };
  if (!("gpu" in navigator)) return { name, problem: "this browser has no WebGPU" };
  const adapter = await navigator.gpu.requestAdapter({ powerPreference: "high-performance" }).catch(() => null);
  if (!adapter) return { name, problem: "the browser finds no GPU that it may use (chrome://gpu tells why)" };
  return adapter.info.isFallbackAdapter ? { name, passedOver: "it is a software adapter, without a GPU" } : { name };
}

const sessionOptions = ({
  device,
  once = false,
  onDevice = false,
}: SessionOptions): InferenceSession.SessionOptions => ({
  executionProviders: [device],
  ...(once && { graphOptimizationLevel: "disabled" }),
  ...(onDevice && device === "webgpu" && { preferredOutputLocation: "gpu-buffer" }),
  enableMemPattern: false,
  logSeverityLevel: 4,
});

async function toDevice(runtime: OnnxRuntime, tensor: Tensor): Promise<DeviceTensor> {
  const device = await gpuOf(runtime);
  const bytes = tensor.data as Float32Array<ArrayBuffer>;
  // Buffers are bound, and written, in whole words; the runtime reads vectors of four.
  const size = Math.max(16, Math.ceil(bytes.byteLength / 16) * 16);
  const { STORAGE, COPY_SRC, COPY_DST } = GPUBufferUsage;
  const gpuBuffer = device.createBuffer({ size, usage: STORAGE | COPY_SRC | COPY_DST });
  device.queue.writeBuffer(gpuBuffer, 0, bytes);
  const options = { dataType: tensor.dtype as "float32", dims: tensor.shape, dispose: () => gpuBuffer.destroy() };
  return uploaded(tensor, runtime.Tensor.fromGpuBuffer(gpuBuffer, options));
}

/** What the runtime says when its WebAssembly could not be had. */
const isNotStarted = (cause: unknown): boolean => /no available backend found/.test(wordsOf(cause));

function notStarted(cause: unknown, wasmPaths: string | undefined): RegraftError {
  const where = wasmPaths === undefined ? "where its JavaScript is" : `in ${wasmPaths}`;
  return unavailable(
    `ONNX Runtime's WebAssembly could not be started. ${wordsOf(cause)} Serve the .wasm files of onnxruntime-web's dist/ ` +
      `${where}, as application/wasm, or say with the option wasmPaths where they are.`,
    cause,
  );
}

const notFound = (file: string, cause: unknown): RegraftError =>
  unavailable(
    `ONNX Runtime's JavaScript could not be loaded: there is no package onnxruntime-web, nor a file ${file}. Install ` +
      "onnxruntime-web, or say with the option wasmPaths where the files of its dist/ are.",
    cause,
  );

const unavailable = (message: string, cause: unknown): RegraftError =>
  new RegraftError("device-unavailable", { device: "wasm", available: [] }, message, { cause });

function deviceLost(reason: string, cause: unknown): RegraftError {
  const message =
    `The GPU was lost (${reason}): another program, the driver or a sleep took it away. What this learner had learnt ` +
    'since its last epoch is gone with it. Create a new learner, on the device "wasm" if this happens again.';
  return new RegraftError("device-lost", { device: "webgpu", reason }, message, { cause });
}
