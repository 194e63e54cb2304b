// ONNX Runtime for the web; the only file that imports onnxruntime-web. Its JavaScript and its WebAssembly, megabytes, are
// fetched when a device is first used; `run` on WASM blocks the thread it is called on: use it from a worker.
import type { InferenceSession } from "onnxruntime-web";
import type { Tensor } from "../tensor.js";
import type { DeviceLoss } from "./device-loss.js";
import type { DeviceName, DeviceOffer } from "./devices.js";
import { type Access, hostTensor, plainAccess, uploaded, wrapSession } from "./ort-session.js";
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
  return {
    devices: async () => [await webgpu(), wasm()],
    createSession: async (model, source, options) => {
      const { device, threads } = options;
      const runtime = await load(device, threads);
      const access = await accessTo(runtime, device);
      const session = await access.attempt(`load ${source}`, () =>
        runtime.InferenceSession.create(model, sessionOptions(options)).catch(async (cause) => {
          const { isNotStarted, notStarted } = await import("./web-failure.js");
          throw isNotStarted(cause) ? await notStarted(cause, wasmPaths) : cause;
        }),
      );
      return wrapSession(runtime, session, source, access);
    },
    upload: async (tensor, device) => {
      const runtime = await load(device);
      if (device !== "webgpu") return uploaded(tensor, hostTensor(runtime, tensor));
      const access = await accessTo(runtime, device);
      return access.attempt("take a tensor to the device", () => toDevice(runtime, tensor));
    },
  };
}

const gpuOf = (runtime: OnnxRuntime): Promise<GPUDevice> => runtime.env.webgpu.device as Promise<GPUDevice>;

type Build = "webgpu" | "wasm";

async function start(build: Build, wasmPaths: string | undefined, threads: number | undefined): Promise<OnnxRuntime> {
  const runtime = await imported(build, wasmPaths);
  const { env } = runtime;
  env.logLevel = "fatal";
  // The runtime would do with one all the same, and complain on the console.
  env.wasm.numThreads = hindrance() === undefined ? (threads ?? sensibleThreads()) : 1;
  if (wasmPaths !== undefined) env.wasm.wasmPaths = wasmPaths;
  if (build === "webgpu") env.webgpu.powerPreference = "high-performance";
  return runtime;
}

/**
 * A bundler that makes a worker a script, as Vite does by default, puts all that it imports into its one file. The runtime's
 * threads, which start by its file, would each be another of our workers, and the runtime would wait for them forever.
 */
const isModule = typeof import.meta.resolve === "function";

/** Why WebAssembly has no threads, where it has none. */
function hindrance(): string | undefined {
  if (!crossOriginIsolated)
    return (
      "the page is not cross-origin isolated (it is when its server sends the headers " +
      '"Cross-Origin-Opener-Policy: same-origin" and "Cross-Origin-Embedder-Policy: require-corp")'
    );
  if (isModule) return undefined;
  return 'the worker is one script (bundlers may make it an ES module: Vite by worker: { format: "es" })';
}

/** ONNX Runtime is one for the whole thread, and so is what it has lost. */
let loss: Promise<DeviceLoss> | undefined;

async function accessTo({ env }: OnnxRuntime, device: DeviceName): Promise<Access> {
  if (device !== "webgpu") return plainAccess;
  loss ??= lossOf(env.webgpu);
  return loss;
}

/** The runtime puts each device there as soon as it has it: before it has anything to lose. */
async function lossOf(webgpu: object): Promise<DeviceLoss> {
  const { createDeviceLoss } = await import("./device-loss.js");
  const loss = createDeviceLoss();
  let current: GPUDevice | undefined;
  Object.defineProperty(webgpu, "device", {
    get: () => current,
    set: (device: GPUDevice) => {
      current = device;
      loss.watch(device);
    },
  });
  return loss;
}

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
    return import(/* @vite-ignore */ /* webpackIgnore: true */ file).catch(async () => {
      const { notFound } = await import("./web-failure.js");
      throw notFound(file, byName);
    });
  }
}

/** A function, as bundlers look for a file of theirs wherever they see an address in `new URL` itself. */
const beside = (path: string): string => new URL(path, import.meta.url).href;

function wasm(): DeviceOffer {
  const reason = hindrance();
  return { name: "wasm", ...(reason !== undefined && { remark: `in one thread, as ${reason}` }) };
}

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
