// What the contenders compute: the embedded network on photos that are decoded already, and a linear head on features
// drawn at random. Files for their pages, and what ONNX Runtime for Node gives.
import { readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { toPixels } from "../../src/datasets/batches.js";
import { linearHead } from "../../src/heads/linear.js";
import { hostDevice } from "../../src/learner/engine/device/device.js";
import { featuresOf } from "../../src/learner/engine/model/frozen-network.js";
import { openNetwork } from "../../src/learner/engine/model/network.js";
import { loadPretrained } from "../../src/learner/engine/model/pretrained.js";
import { epochBatches } from "../../src/learner/engine/training/batch-order.js";
import { nodePlatform } from "../../src/learner/node/platform.js";
import { writeModel } from "../../src/onnx/write.js";
import { sgd } from "../../src/optimizers/sgd.js";
import { stream } from "../../src/random.js";
import { float32, int32, sizeOf } from "../../src/tensor.js";
import { trainingGraph } from "../../src/training-graph/assemble.js";
import { crossEntropy } from "../../src/training-graph/loss.js";
import { initialState } from "../../src/training-graph/step.js";
import { layersOf } from "./layers.js";

type Files = Readonly<Record<string, string | Uint8Array>>;

const folder = (path: string): URL => new URL(path, import.meta.url);
const platform = nodePlatform(folder("../../models/"));

export interface ExtractionWork {
  /**
   * "frozen.onnx", whose features' width "extraction.json" tells, and "pixels-nchw.bin"; "layers.json", its "layers.bin" and "pixels-nhwc.bin". Pixels are float32,
   * normalised.
   */
  readonly files: Files;
  /** [photos, width] */
  readonly features: Float32Array;
  readonly width: number;
}

export async function extractionWork(photos: number): Promise<ExtractionWork> {
  const pretrained = await loadPretrained(platform, "efficientnet-lite0");
  const network = await openNetwork(pretrained, platform.runtime, await hostDevice(platform.runtime), {
    at: undefined,
    pool: "own",
  });
  const { layers, weights } = layersOf(network.model.graph);
  const root = fileURLToPath(folder("../../examples/data/fashion-mini/valid/"));
  const names = (await readdir(root, { recursive: true })).filter((name) => /\.(png|jpe?g)$/.test(name)).sort();
  const spread = Array.from({ length: photos }, (_, i) => names[Math.floor((i * names.length) / photos)]!);
  const decoded = await Promise.all(spread.map((name) => platform.decoder.decode(root + name, network.transform)));
  const pixels = toPixels(decoded, network.transform);
  const features = await featuresOf(network, pixels);
  await network.session.release();
  return {
    features,
    width: network.featureCount,
    files: {
      "frozen.onnx": writeModel(network.model),
      "extraction.json": JSON.stringify({ width: network.featureCount }),
      "pixels-nchw.bin": bytesOf(pixels.data),
      "layers.json": JSON.stringify(layers),
      "layers.bin": bytesOf(weights),
      "pixels-nhwc.bin": bytesOf(channelsLast(pixels)),
    },
  };
}

export interface TrainingWork {
  /**
   * "head.json" says the sizes; "features.bin" float32 [photos, features], "labels.bin"
   * int32 [photos], "order.bin" int32 [steps, batch] are the rows of each batch.
   */
  readonly files: Files;
  readonly losses: Float32Array;
}

/** @param steps taken in one go, all on full batches. */
export async function trainingWork(classes: number, steps: number): Promise<TrainingWork> {
  const [photos, features, batch] = [800, 1280, 64];
  // Where the features' mean square is 1, regraft's rate of the bias is 1 as well, and its SGD everybody's.
  const [lr, momentum] = [0.001, 0.9];
  const draw = stream(1, "bench");
  const rows = Array.from({ length: photos }, () => normed(Array.from({ length: features }, () => draw.next())));
  const data = {
    features: float32([photos, features], rows.flat()),
    labels: int32(
      [photos],
      Array.from({ length: photos }, () => draw.below(classes)),
    ),
  };
  const head = linearHead({ features, classes });
  const optimizer = sgd();
  const loss = crossEntropy({ classes, labelSmoothing: 0, classWeights: undefined });
  const graph = writeModel(trainingGraph({ head, loss, optimizer, features }));
  const state = initialState(head, optimizer);
  const order = Array.from({ length: steps }, (_, epoch) => epochBatches(photos, batch, 1, epoch))
    .flat()
    .filter(({ length }) => length === batch)
    .slice(0, steps)
    .flatMap((rows) => [...rows]);
  const session = await platform.runtime.createSession(graph, "the training graph", { device: "cpu" });
  const { losses } = await session.run({
    ...data,
    order: int32([steps, batch], order),
    lr: float32([steps], Array(steps).fill(lr)),
    momentum: float32([steps], Array(steps).fill(momentum)),
    ...state,
  });
  await session.release();
  return {
    losses: losses!.data as Float32Array,
    files: {
      "head.json": JSON.stringify({ photos, features, classes, batch, steps, lr, momentum }),
      "features.bin": bytesOf(data.features.data),
      "labels.bin": bytesOf(data.labels.data),
      "order.bin": bytesOf(Int32Array.from(order)),
    },
  };
}

function normed(values: readonly number[]): readonly number[] {
  const size = Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length);
  return values.map((value) => value / size);
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array | Int32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** [N, C, H, W] → [N, H, W, C] */
function channelsLast({ shape, data }: ReturnType<typeof toPixels>): Float32Array {
  const [channels, pixels] = [shape[1]!, sizeOf(shape.slice(2))];
  return Float32Array.from(data, (_, i) => {
    const [photo, inPhoto] = [Math.floor(i / (channels * pixels)), i % (channels * pixels)];
    return data[(photo * channels + (inPhoto % channels)) * pixels + Math.floor(inPhoto / channels)]!;
  });
}
