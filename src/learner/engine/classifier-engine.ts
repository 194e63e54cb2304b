// The working half of `loadClassifier`: an exported folder, ready to predict. No data, no training.
import { RegraftError } from "../../errors.js";
import { findImageInput } from "../../heads/image-input.js";
import { writeModel } from "../../onnx/write.js";
import { sessionOptionsFor } from "../../runtime/devices.js";
import type { Session } from "../../runtime/session.js";
import type { CallContext } from "../border/channel.js";
import type { LearnerSpec } from "../border/spec.js";
import { readJson } from "./json.js";
import { join, type Platform } from "./platform.js";
import { type ImageInput, type Prediction, pixelsOf, predictInBatches } from "./predict.js";
import { loadPretrained, type Pretrained } from "./pretrained.js";

export interface ClassifierSpec {
  /** A folder written by `exportOnnx`, or laid out alike. */
  readonly folder: string;
  readonly device: LearnerSpec["device"];
}

interface OpenedClassifier {
  readonly folder: string;
  readonly pretrained: Pretrained;
  readonly session: Session;
  readonly classes: readonly string[];
}

export class ClassifierEngine {
  readonly #platform: Platform;
  #opened: OpenedClassifier | undefined;

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  async open({ folder, device }: ClassifierSpec): Promise<{ classes: readonly string[] }> {
    const { runtime, files } = this.#platform;
    const options = sessionOptionsFor(device, runtime.devices());
    const pretrained = await loadPretrained(this.#platform, folder);
    findImageInput(pretrained.model.graph, folder);
    const config = await readJson<{ id2label: Record<string, string> }>(files, join(folder, "config.json"));
    const classes = classesOf(config?.id2label, folder);
    const width = pretrained.model.graph.outputs[0]?.shape?.at(-1);
    if (typeof width === "number") checkWidth(width, classes, folder);
    const session = await runtime.createSession(writeModel(pretrained.model), folder, options);
    this.#opened = { folder, pretrained, session, classes };
    return { classes };
  }

  async predict(images: readonly ImageInput[], context: CallContext): Promise<Prediction[]> {
    const { folder, pretrained, session, classes } = this.#opened!;
    return predictInBatches(images, context, classes, async (batch) => {
      const pixels = await pixelsOf(batch, this.#platform.decoder, pretrained.transform);
      const outputs = await session.run({ [session.inputNames[0]!]: pixels });
      const { shape, data } = outputs[session.outputNames[0]!]!;
      checkWidth(shape.at(-1), classes, folder);
      return data as Float32Array;
    });
  }

  async close(): Promise<void> {
    await this.#opened?.session.release();
    this.#opened = undefined;
  }
}

/** Class names in the order of the logits. */
function classesOf(id2label: Readonly<Record<string, string>> | undefined, folder: string): readonly string[] {
  const labels = typeof id2label === "object" && Object.keys(id2label ?? {}).map((_, id) => id2label[id]);
  if (labels && labels.length > 0 && labels.every((label) => typeof label === "string")) return labels as string[];
  throw notExported(folder, "its config.json names no classes (id2label)");
}

/** A file need not say how many logits it gives: then the first prediction shows it. */
function checkWidth(width: number | undefined, classes: readonly string[], folder: string): void {
  if (width === classes.length) return;
  throw notExported(folder, `its config.json names ${classes.length} classes, its network has ${width}`);
}

function notExported(folder: string, reason: string): RegraftError {
  return new RegraftError(
    "invalid-model",
    { source: folder, reason },
    `${folder} is not an exported classifier: ${reason}. Give a folder that exportOnnx wrote.`,
  );
}
