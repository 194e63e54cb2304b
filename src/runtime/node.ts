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
  // Warnings would land in the user's terminal; errors arrive as exceptions anyway.
  logSeverityLevel: 3,
});

function wrap(runtime: OnnxRuntime, session: InferenceSession, source: string): Session {
  return {
    inputNames: session.inputNames,
    outputNames: session.outputNames,
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
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new RegraftError("runtime-failed", { operation }, `ONNX Runtime could not ${operation}: ${reason}`, { cause });
}
