// loadClassifier: an exported folder that predicts and can be tried on photos, without a learner.
import { checkFields, checkFolder, checkFunction, checkShare, checkSignal, type Names } from "../arguments.js";
import type { Dataset } from "../datasets/dataset.js";
import type { ImageFile } from "../datasets/image-files.js";
import type { Task } from "../datasets/task.js";
import { invalidArgument } from "../errors.js";
import type { DeviceName } from "../runtime/devices.js";
import type { ArgumentOf, ResultOf } from "./border/channel.js";
import type { EngineEvent } from "./border/events.js";
import type { Connection, Host } from "./border/host.js";
import { stageData } from "./border/stage.js";
import { type CallOptions, checkOptions, type EvaluateOptions, type PredictOptions } from "./call-options.js";
import { deviceOf } from "./device-options.js";
import { callUntilDisposed, disposed } from "./disposal.js";
import type { ClassifierEngine, ClassifierInfo } from "./engine/classifier/classifier-engine.js";
import type { EvaluationSpec, PhotoEvaluation } from "./engine/classifier/photo-evaluation.js";
import type { InterpretRequest } from "./engine/interpret/interpret.js";
import { predictWith } from "./engine/prediction/predict.js";
import type { PredictionOf } from "./engine/prediction/prediction-of.js";
import { checkMetrics, defaultMetrics } from "./engine/training/metric-names.js";
import { createExclusive } from "./exclusive.js";
import { imageArgument } from "./image-argument.js";
import type {
  Activation,
  ActivationOptions,
  GradCam,
  GradCamOptions,
  InterpretOptions,
  PhotoInterpretation,
} from "./interpret/interpretation.js";
import { checkData, type LearnerOptions } from "./options.js";
import { ttaViews } from "./tta-option.js";

/** Made by `loadClassifier`. */
export class Classifier<T extends Task = "single-label"> {
  readonly classes: readonly string[];
  readonly device: DeviceName;
  readonly info: ClassifierInfo;
  readonly #connection: Connection<ClassifierEngine>;
  readonly #disposal = new AbortController();
  readonly #alone = createExclusive();

  /** @internal */
  constructor(connection: Connection<ClassifierEngine>, info: ClassifierInfo) {
    this.#connection = connection;
    this.info = info;
    this.classes = info.classes;
    this.device = info.device;
  }

  /**
   * What an image shows: a path or address, a File or Blob, the bytes of an encoded image, or an element of a page.
   * @throws RegraftError "unreadable-image"
   */
  predict(image: ImageFile, options?: PredictOptions): Promise<PredictionOf<T>>;
  predict(images: readonly ImageFile[], options?: PredictOptions): Promise<PredictionOf<T>[]>;
  async predict(
    input: ImageFile | readonly ImageFile[],
    options: PredictOptions = {},
  ): Promise<PredictionOf<T> | PredictionOf<T>[]> {
    const views = ttaViews(checkOptions("predict", options));
    return predictWith(input, options, async (images, each) => {
      const predicting =
        views > 0 ? this.#call("predictViews", { images, views }, each) : this.#call("predict", images, each);
      return (await predicting) as PredictionOf<T>[];
    });
  }

  /**
   * Loss, metrics, and scores of each class (with accuracy and confusion matrix), label or value, on labelled photos: of what `imageFolder`, `imageCsv`
   * or `imageList` describes. Classes are matched by name; some of the model's may be without photos.
   * @throws RegraftError "invalid-argument"; "invalid-dataset" naming labels that the model does not know, or when there
   * is nothing to try it on; "too-many-unreadable", "file-access", "memory-limit", "busy"
   */
  async evaluate(data: Dataset<T>, options: EvaluateOptions<T> = {}): Promise<PhotoEvaluation<T>> {
    return this.#onPhotos("evaluate", data, checkOptions("evaluate", options), (spec, each) =>
      this.#call("evaluate", spec, each),
    ) as unknown as Promise<PhotoEvaluation<T>>;
  }

  /**
   * What `evaluate` tells, the classes or labels most confused, and the photos with the greatest losses, with heat maps; of
   * values, what was predicted of each photo.
   * @throws RegraftError as `evaluate`
   */
  async interpret(
    data: Dataset<T>,
    options: EvaluateOptions<T> & InterpretOptions = {},
  ): Promise<PhotoInterpretation<T>> {
    return this.#onPhotos(
      "interpret",
      data,
      checkOptions("interpretPhotos", options as EvaluateOptions<Task> & InterpretOptions),
      (spec, each) => this.#call("interpret", { ...spec, ...lossesOf(options) }, each),
    ) as unknown as Promise<PhotoInterpretation<T>>;
  }

  /**
   * The same as one HTML page that needs nothing else, with the training's curves where the export tells of them.
   * @throws RegraftError as `evaluate`; "invalid-model" for a damaged training.json
   */
  async report(data: Dataset<T>, options: EvaluateOptions<T> & InterpretOptions = {}): Promise<string> {
    return this.#onPhotos(
      "report",
      data,
      checkOptions("interpretPhotos", options as EvaluateOptions<Task> & InterpretOptions),
      (spec, each) => this.#call("report", { ...spec, ...lossesOf(options) }, each),
    );
  }

  /** See `Learner.gradCam`. */
  async gradCam(image: ImageFile, options: GradCamOptions = {}): Promise<GradCam> {
    const { signal, onProgress, ...request } = checkOptions("gradCam", options);
    return this.#call("gradCam", { ...request, image: await imageArgument("gradCam", image) }, { signal, onProgress });
  }

  /** See `Learner.activations`. */
  async activations(image: ImageFile, options: ActivationOptions = {}): Promise<Activation[]> {
    const { signal, onProgress, ...request } = checkOptions("activations", options);
    const source = await imageArgument("activations", image);
    return this.#call("activations", { ...request, image: source }, { signal, onProgress });
  }

  /** Gives all memory back and ends the worker. */
  async dispose(): Promise<void> {
    this.#disposal.abort(disposed("classifier"));
    await this.#connection.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }

  #onPhotos<R>(
    name: string,
    data: Dataset<Task>,
    options: EvaluateOptions<Task>,
    work: (spec: EvaluationSpec, options: CallOptions) => Promise<R>,
  ): Promise<R> {
    checkData(data);
    const { split, metrics, maxSkipped = 0.1, signal, onProgress } = options;
    const views = ttaViews(options);
    const { task } = this.info;
    const measured: readonly string[] = metrics === undefined ? defaultMetrics[task] : metrics;
    checkMetrics(measured, task);
    checkShare("maxSkipped", maxSkipped);
    if (split !== undefined && !splits.has(split)) throw invalidArgument("split", '"valid", "train" or "all"', split);
    return this.#alone(name, async () => {
      const rest = await stageData(data, (slice) => this.#call("stage", slice, { signal }));
      return work({ data: rest, split, metrics: measured, maxSkipped, views }, { signal, onProgress });
    });
  }

  #call<M extends keyof ClassifierEngine & string>(
    method: M,
    argument: ArgumentOf<ClassifierEngine[M]>,
    { signal, onProgress }: CallOptions,
  ): Promise<ResultOf<ClassifierEngine[M]>> {
    const onEvent = (event: EngineEvent): void => {
      if (event.phase !== "results") onProgress?.(event);
    };
    return callUntilDisposed(this.#connection, this.#disposal.signal, method, argument, { signal, onEvent });
  }
}

const lossesOf = ({ topLosses, minCount }: InterpretOptions): InterpretRequest => ({
  ...(topLosses !== undefined && { topLosses }),
  ...(minCount !== undefined && { minCount }),
});

const splits: ReadonlySet<string> = new Set(["valid", "train", "all"]);

export type ClassifierOptions = Pick<LearnerOptions, "device" | "signal" | "onProgress">;

const optionNames: Names<ClassifierOptions> = { device: true, signal: true, onProgress: true };

/**
 * @param folder what `exportOnnx` wrote, or a folder laid out alike; `hf:owner/name` for one on the Hugging Face hub.
 * @throws RegraftError "invalid-model", "file-access", "device-unavailable", "download-failed", "checksum-mismatch"
 */
export async function loadClassifierOn<T extends Task = "single-label">(
  host: Host,
  folder: string,
  options: ClassifierOptions = {},
): Promise<Classifier<T>> {
  checkFolder(folder);
  const { device, signal, onProgress } = checkFields("loadClassifier's options", options, optionNames);
  const spec = { folder, device: deviceOf(device) };
  checkSignal(signal);
  checkFunction("onProgress", onProgress);
  signal?.throwIfAborted();
  const connection = host.connect("classifier");
  try {
    return new Classifier(connection, await connection.channel.call("open", spec, { signal, onEvent: onProgress }));
  } catch (error) {
    await connection.close();
    throw error;
  }
}
