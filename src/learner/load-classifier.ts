// loadClassifier: an exported folder that predicts, without data and without a learner.

import type { EngineEvent } from "./border/events.js";
import type { Connection, Host } from "./border/host.js";
import type { CallOptions } from "./call-options.js";
import { callUntilDisposed, disposed } from "./disposal.js";
import type { ClassifierEngine } from "./engine/classifier-engine.js";
import { type ImageInput, type Prediction, predictWith } from "./engine/predict.js";
import { checkFolder, checkSignal, deviceOf, type LearnerOptions } from "./options.js";

/** Made by `loadClassifier`. */
export class Classifier {
  readonly classes: readonly string[];
  readonly #connection: Connection<ClassifierEngine>;
  readonly #disposal = new AbortController();

  /** @internal */
  constructor(connection: Connection<ClassifierEngine>, classes: readonly string[]) {
    this.#connection = connection;
    this.classes = classes;
  }

  /**
   * What an image shows: a path, or the bytes of an encoded image.
   * @throws RegraftError "unreadable-image"
   */
  predict(image: ImageInput, options?: CallOptions): Promise<Prediction>;
  predict(images: readonly ImageInput[], options?: CallOptions): Promise<Prediction[]>;
  async predict(
    input: ImageInput | readonly ImageInput[],
    options: CallOptions = {},
  ): Promise<Prediction | Prediction[]> {
    return predictWith(input, options, (images, { signal, onProgress }) => {
      const onEvent = (event: EngineEvent): void => {
        if (event.phase !== "results") onProgress?.(event);
      };
      return callUntilDisposed(this.#connection, this.#disposal.signal, "predict", images, { signal, onEvent });
    });
  }

  /** Gives all memory back and ends the worker. */
  async dispose(): Promise<void> {
    this.#disposal.abort(disposed("classifier"));
    await this.#connection.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }
}

/**
 * @param folder what `exportOnnx` wrote, or a folder laid out alike.
 * @throws RegraftError "invalid-model", "file-access", "device-unavailable"
 */
export async function loadClassifierOn(
  host: Host,
  folder: string,
  { device, signal }: Pick<LearnerOptions, "device" | "signal"> = {},
): Promise<Classifier> {
  checkFolder(folder);
  const spec = { folder, device: deviceOf(device) };
  checkSignal(signal);
  signal?.throwIfAborted();
  const connection = host.connect("classifier");
  try {
    const { classes } = await connection.channel.call("open", spec, { signal });
    return new Classifier(connection, classes);
  } catch (error) {
    await connection.close();
    throw error;
  }
}
