// ONNX Runtime for Node; the only file that imports onnxruntime-node. Loading it takes a while, so that happens at the
// first session, and its `run` blocks the thread it is called on: use it from a worker.
import type { InferenceSession, Tensor as RuntimeTensor } from "onnxruntime-node";
import { RegraftError } from "../errors.js";
import type { DType, Tensor } from "../tensor.js";
import { type DeviceName, executionProviders } from "./devices.js";
import type { Runtime, Session, SessionOptions } from "./session.js";

type OnnxRuntime = typeof import("onnxruntime-node");

export function createNodeRuntime(): Runtime {
  return {
    devices: () => Object.keys(executionProviders) as DeviceName[],
    createSession: async (model, source, options) => {
      const runtime = await load();
      const session = await runtime.InferenceSession.create(model, sessionOptions(options)).catch((cause) => {
        throw runtimeFailed(`load ${source}`, cause);
      });
      return wrap(runtime, session, source);
    },
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

const sessionOptions = ({ device, threads, once = false }: SessionOptions): InferenceSession.SessionOptions => ({
  executionProviders: [executionProviders[device]],
  ...(threads !== undefined && { intraOpNumThreads: threads }),
  ...(once && { graphOptimizationLevel: "disabled" }),
  // A plan of all buffers per shape of the inputs is kept for good: 40 % of the memory of a step of EfficientNet-Lite0, and
  // no faster there (a head alone loses 5 %; bench/unfrozen.ts, bench/head.ts).
  enableMemPattern: false,
  // Warnings would land in the user's terminal; errors arrive as exceptions anyway.
  logSeverityLevel: 4,
});

function wrap(runtime: OnnxRuntime, session: InferenceSession, source: string): Session {
  return {
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    outputShapes: session.outputMetadata.map((metadata) => (metadata.isTensor ? metadata.shape : [])),
    run: async (feeds) => {
      const inputs = Object.entries(feeds).map(([name, tensor]) => [name, toRuntime(runtime, tensor)]);
      const outputs = await session.run(Object.fromEntries(inputs)).catch((cause) => {
        throw runtimeFailed(`run ${source}`, cause);
      });
      return Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, fromRuntime(tensor)]));
    },
    release: () => session.release(),
  };
}

function toRuntime(runtime: OnnxRuntime, { dtype, shape, data }: Tensor): RuntimeTensor {
  return new runtime.Tensor(dtype as "float32", data as Float32Array, shape);
}

function fromRuntime(tensor: RuntimeTensor): Tensor {
  return { dtype: tensor.type as DType, shape: tensor.dims, data: tensor.data as Tensor["data"] };
}

function runtimeFailed(operation: string, cause: unknown): RegraftError {
  const words = (cause instanceof Error ? cause.message : String(cause)).trim();
  // It quotes what it does not like, and that may be a list of a million.
  const reason = words.length > 600 ? `${words.slice(0, 600)}…` : words;
  const stop = /[.!?…]$/.test(reason) ? "" : ".";
  const message = `ONNX Runtime could not ${operation}: ${reason}${stop}`;
  return new RegraftError("runtime-failed", { operation }, message, { cause });
}
