// The page's half of regraft: the frozen network, and training of a head, as a learner's engine runs them on the device.
// Needs the runtime's files under /ort/ and the files of work.ts under /work/.
import { linearHead } from "../../src/heads/linear.js";
import { openHead } from "../../src/learner/engine/layers/trained-part.js";
import { type Workplace, workplaceOn } from "../../src/learner/engine/layers/workplace.js";
import { featuresOf } from "../../src/learner/engine/model/frozen-network.js";
import { readModel } from "../../src/onnx/read.js";
import { sgd } from "../../src/optimizers/sgd.js";
import { createWebRuntime } from "../../src/runtime/web.js";
import { float32, int32 } from "../../src/tensor.js";
import { crossEntropy } from "../../src/training-graph/loss.js";
import { initialState } from "../../src/training-graph/step.js";
import type { Device } from "./pages.js";

let place: Workplace;

/** @returns what it computes with, in words */
export async function open({ backend, threads }: Device): Promise<string> {
  const runtime = createWebRuntime({ wasmPaths: `${location.origin}/ort/` });
  const options = { device: backend, ...(threads !== undefined && { threads }) };
  place = workplaceOn(runtime, { options }, new AbortController().signal);
  return backend === "wasm" ? `wasm, threads: ${threads ?? "as it chooses"}` : backend;
}

/** @returns a function that takes the first photos to their features [batch, width] */
export async function extraction({ batch }: { readonly batch: number }): Promise<() => Promise<Float32Array>> {
  const { width } = await json<{ width: number }>("extraction.json");
  const model = readModel(new Uint8Array(await bytes("frozen.onnx")), { source: "frozen.onnx" });
  const network = { session: await place.open(model, "the frozen layers"), featureCount: width };
  const shape = [batch, 3, 224, 224];
  const pixels = new Float32Array(await bytes("pixels-nchw.bin")).slice(
    0,
    shape.reduce((a, b) => a * b),
  );
  return () => featuresOf(network, float32(shape, pixels));
}

interface HeadWork {
  readonly photos: number;
  readonly features: number;
  readonly classes: number;
  readonly batch: number;
  readonly steps: number;
  readonly lr: number;
  readonly momentum: number;
}

/** @returns a function that takes all steps from the start and gives their losses */
export async function training(): Promise<() => Promise<Float32Array>> {
  const { photos, features, classes, batch, steps, lr, momentum } = await json<HeadWork>("head.json");
  const head = linearHead({ features, classes });
  const optimizer = sgd();
  const loss = crossEntropy({ classes, labelSmoothing: 0, classWeights: undefined });
  const { begin } = await openHead({ head, loss, optimizer, clipNorm: undefined, features, batchSize: batch }, place);
  const data = {
    features: float32([photos, features], new Float32Array(await bytes("features.bin"))),
    labels: int32([photos], new Int32Array(await bytes("labels.bin"))),
  };
  const order = new Int32Array(await bytes("order.bin"));
  const batches = Array.from({ length: steps }, (_, i) => order.subarray(i * batch, (i + 1) * batch));
  const rates = { lr: batches.map(() => lr), momentum: batches.map(() => momentum) };
  return async () => {
    const training = await begin(initialState(head, optimizer));
    const losses = await training.take({ data, masks: () => ({}) }, { first: 0, batches, rates });
    training.end();
    return losses;
  };
}

const bytes = async (file: string): Promise<ArrayBuffer> => (await fetch(`/work/${file}`)).arrayBuffer();
const json = async <T>(file: string): Promise<T> => (await fetch(`/work/${file}`)).json();
