// A small network, run on a device and on the host: whether the results agree, and which one is faster.
import { isRegraftError, type RegraftError } from "../../../errors.js";
import { createOps } from "../../../onnx/builder.js";
import { graphOf, type Model } from "../../../onnx/graph.js";
import { writeModel } from "../../../onnx/write.js";
import { stream } from "../../../random.js";
import type { DeviceName } from "../../../runtime/devices.js";
import type { Feeds, Runtime, SessionOptions } from "../../../runtime/session.js";
import { float32, int32, sizeOf, type Tensor } from "../../../tensor.js";
import { input, modelOf } from "../../../training-graph/graph-edges.js";

export interface Trial {
  /** Why the device could not run it. */
  readonly error?: string;
  /** The largest, as a share of the largest result. */
  readonly difference: number;
  /** Of the device, over that of the host; absent: nobody wants to know. */
  readonly speed?: number;
}

/** Milliseconds, of a run. */
const slow = 500;

const failed = (error: string): Trial => ({ error, difference: Number.NaN, speed: 0 });

/**
 * Never throws what the device is to blame for.
 * @param isTimed measuring takes a second or two on the processor, and many on a software adapter.
 */
export async function tryDevice(
  runtime: Runtime,
  device: DeviceName,
  host: Pick<SessionOptions, "device" | "threads">,
  isTimed: boolean,
): Promise<Trial> {
  const model = writeModel(trialModel());
  const results = (options: SessionOptions) => resultsOf(runtime, model, isTimed, options);
  try {
    const there = await results({ ...host, device });
    const here = await results(host);
    const largest = here.values.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    const difference = here.values.reduce((most, x, i) => Math.max(most, Math.abs(x - there.values[i]!)), 0);
    return { difference: difference / largest, ...(isTimed && { speed: here.milliseconds / there.milliseconds }) };
  } catch (error) {
    if (isRegraftError(error, "runtime-failed") || isRegraftError(error, "device-unavailable"))
      return failed(error.message.replace(/\.$/, ""));
    if (isRegraftError(error, "device-lost")) return failed(lostMeanwhile(error));
    throw error;
  }
}

/** Why a device is not taken that was there when it was tried. */
export const lostMeanwhile = ({ details }: RegraftError<"device-lost">): string =>
  `it was lost while it was tried (${details.reason})`;

async function resultsOf(runtime: Runtime, model: Uint8Array, isTimed: boolean, options: SessionOptions) {
  const session = await runtime.createSession(model, "a small network", options);
  try {
    const outputs = await session.run(photos(1));
    const result = outputs[session.outputNames[0]!]!;
    let milliseconds = Number.POSITIVE_INFINITY;
    // A software adapter needs seconds for one.
    for (let i = 0; isTimed && i < 3 && (i === 0 || milliseconds < slow); i++) {
      const started = performance.now();
      await session.run(photos(rows));
      milliseconds = Math.min(milliseconds, performance.now() - started);
    }
    return { values: result.data as Float32Array, milliseconds };
  } finally {
    await session.release();
  }
}

/** Rows when it is timed: with fewer, a GPU has little to do. */
const [rows, channels, size, classes] = [4, 64, 56, 8];

const photos = (count: number): Feeds => ({
  image: drawn("image", [count, channels, size, size]),
  labels: int32(
    [count],
    Array.from({ length: count }, (_, i) => (3 * i) % count),
  ),
});

/** Between -scale and scale, by the name: every trial is the same. */
function drawn(name: string, shape: readonly number[], scale = 1): Tensor<"float32"> {
  const draw = stream(0, "device trial", name);
  return float32(
    shape,
    Float32Array.from({ length: sizeOf(shape) }, () => scale * (2 * draw.next() - 1)),
  );
}

/** What training is made of: convolutions forward and backward, sums, products, exponentials, and choosing by index. */
function trialModel(): Model {
  const op = createOps();
  const x = input("image", "float32", ["rows", channels, size, size]);
  const labels = input("labels", "int32", ["rows"]);
  const weight = op.constant("weight", drawn("weight", [channels, channels, 3, 3], 0.1));
  const classifier = op.constant("classifier", drawn("classifier", [channels, classes]));
  const convolved = op.Relu(op.Conv(x, weight, undefined, { pads: [1, 1, 1, 1] }));
  const back = op.ConvTranspose(convolved, weight, undefined, { pads: [1, 1, 1, 1] });
  const again = op.Conv(back, weight, undefined, { pads: [1, 1, 1, 1] });
  const pooled = op.ReduceMean(again, op.ints(2, 3), { keepdims: 0 });
  const scores = op.Softmax(op.MatMul(op.Tanh(pooled), classifier));
  const chosen = op.Gather(scores, labels);
  return modelOf(graphOf("trial", [x, labels], [op.Concat([scores, chosen], { axis: 0 })]));
}
