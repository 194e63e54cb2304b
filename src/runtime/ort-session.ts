// A session of ONNX Runtime's JavaScript interface, which its packages for Node and for the web have in common.
import type { InferenceSession, Tensor as RuntimeTensor } from "onnxruntime-node";
import { assert, isRegraftError, RegraftError } from "../errors.js";
import type { DType, Tensor } from "../tensor.js";
import type { DeviceTensor, Feeds, Session } from "./session.js";

/** The part of either package that sessions are made of. */
export type OnnxRuntime = Pick<typeof import("onnxruntime-node"), "InferenceSession" | "Tensor">;

/** How a device is reached. */
export interface Access {
  /** Does work there; what it fails with becomes an error of ours. */
  attempt<T>(operation: string, work: () => Promise<T>): Promise<T>;
  /** Whether nothing can be given back any more. */
  isLost(): boolean;
}

/** To a device that cannot go away. */
export const plainAccess: Access = {
  attempt: (operation, work) =>
    work().catch((cause) => {
      throw ownError(operation, cause);
    }),
  isLost: () => false,
};

/** @param source names the model in errors. */
export function wrapSession(
  runtime: OnnxRuntime,
  session: InferenceSession,
  source: string,
  access: Access = plainAccess,
): Session {
  const run = async (feeds: Feeds): Promise<readonly (readonly [string, RuntimeTensor])[]> => {
    const inputs = Object.entries(feeds).map(([name, tensor]) => [name, toRuntime(runtime, tensor)]);
    return Object.entries(await access.attempt(`run ${source}`, () => session.run(Object.fromEntries(inputs), quiet)));
  };
  return {
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    outputShapes: session.outputMetadata.map((metadata) => (metadata.isTensor ? metadata.shape : [])),
    run: async (feeds) => {
      const outputs = await run(feeds);
      return Object.fromEntries(outputs.map(([name, tensor]) => [name, fromRuntime(tensor, tensor.data)]));
    },
    runOnDevice: async (feeds) => {
      const outputs = await run(feeds);
      return Object.fromEntries(outputs.map(([name, tensor]) => [name, onDevice(tensor, access)]));
    },
    release: async () => {
      if (access.isLost()) return;
      await access
        .attempt(`release ${source}`, () => session.release())
        .catch((error) => {
          if (!access.isLost()) throw error;
        });
    },
  };
}

/** What fails is told by the error, and not on the console besides. */
const quiet: InferenceSession.RunOptions = { logSeverityLevel: 4 };

/** What stands behind a tensor on a device. */
const natives = new WeakMap<DeviceTensor, RuntimeTensor>();

/** An output that stayed where it was computed. */
function onDevice(tensor: RuntimeTensor, access: Access): DeviceTensor {
  const isThere = tensor.location === "gpu-buffer";
  return known(tensor, {
    dtype: tensor.type as DType,
    shape: tensor.dims,
    read: async () => {
      if (!isThere) return fromRuntime(tensor, tensor.data);
      return fromRuntime(tensor, await access.attempt("read a tensor from the device", () => tensor.getData()));
    },
    release: () => {
      if (isThere && !access.isLost()) tensor.dispose();
    },
  });
}

/** A tensor that was brought to the device, or needs not be. */
export function uploaded(tensor: Tensor, native: RuntimeTensor): DeviceTensor {
  const { dtype, shape } = tensor;
  return known(native, { dtype, shape, read: async () => tensor, release: () => native.dispose() });
}

function known(native: RuntimeTensor, tensor: DeviceTensor): DeviceTensor {
  natives.set(tensor, native);
  return tensor;
}

function toRuntime(runtime: OnnxRuntime, tensor: Tensor | DeviceTensor): RuntimeTensor {
  if ("data" in tensor) return hostTensor(runtime, tensor);
  const native = natives.get(tensor);
  assert(native, "tensors on a device are made by this runtime");
  return native;
}

export const hostTensor = (runtime: OnnxRuntime, { dtype, shape, data }: Tensor): RuntimeTensor =>
  new runtime.Tensor(dtype as "float32", data as Float32Array, shape);

const fromRuntime = ({ type, dims }: RuntimeTensor, data: RuntimeTensor["data"]): Tensor => ({
  dtype: type as DType,
  shape: dims,
  data: data as Tensor["data"],
});

/** An error of ours is left as it is. */
export const ownError = (operation: string, cause: unknown): RegraftError =>
  isRegraftError(cause) ? cause : runtimeFailed(operation, cause);

export function runtimeFailed(operation: string, cause: unknown): RegraftError {
  const reason = wordsOf(cause);
  const stop = /[.!?…]$/.test(reason) ? "" : ".";
  const message = `ONNX Runtime could not ${operation}: ${memory.test(reason) ? tooLarge(reason) : `${reason}${stop}`}`;
  return new RegraftError("runtime-failed", { operation }, message, { cause });
}

/** What runtimes say, each for itself, when they get no memory. */
const memory = /bad_alloc|out of memory|allocat|exceeds the (supported )?max|buffer size/i;

const tooLarge = (reason: string): string =>
  `it takes more memory than there is (${reason.replace(/\.$/, "")}). Choose a smaller microBatch or batchSize, smaller ` +
  "photos, or a smaller network.";

/** What the runtime says, cut short: it quotes what it does not like, and that may be a list of a million. */
export function wordsOf(cause: unknown): string {
  const words = (cause instanceof Error ? cause.message : String(cause)).trim();
  return words.length > 600 ? `${words.slice(0, 600)}…` : words;
}
