// The caller's half of a learner: turns verbs into calls to its engine, drives the epochs, and keeps the history.
import { checkFlag, checkFolder, whole } from "../arguments.js";
import type { ImageFile } from "../datasets/image-files.js";
import type { ExportForms } from "./border/report.js";
import {
  type CallOptions,
  checkForms,
  checkOptions,
  type PredictOptions,
  type ShowBatchOptions,
  ttaViews,
  type ValidateOptions,
} from "./call-options.js";
import { type Prediction, predictWith } from "./engine/predict.js";
import type { Validation } from "./engine/training/validation.js";
import type { EngineCalls } from "./engine-calls.js";
import { LearnerTraining } from "./learner-training.js";
import type { LearnerWork } from "./work.js";

/** Made by `createLearner`. Its worker does one thing at a time: await a call before you rely on what it does. */
export class Learner extends LearnerTraining {
  readonly #engine: EngineCalls;
  readonly #work: LearnerWork;

  /** @internal */
  constructor(engine: EngineCalls, work: LearnerWork) {
    super(engine, work);
    this.#engine = engine;
    this.#work = work;
  }

  /** Loss, metrics, confusion matrix and scores per class on the validation photos. */
  async validate(options: ValidateOptions = {}): Promise<Validation> {
    const views = ttaViews(checkOptions("validate", options));
    return views > 0 ? this.#engine.call("validateViews", views, options) : this.#work.validate(options);
  }

  /**
   * The first batch of an epoch as training sees it, augmented where it is, each photo with its class: a self-contained SVG. Runs no
   * network, and changes nothing.
   */
  async showBatch(options: ShowBatchOptions = {}): Promise<string> {
    const { photos = 9, epoch = 0, unfrozen = false, ...call } = checkOptions("showBatch", options);
    whole("photos", photos, 1, 64);
    whole("epoch", epoch, 0, 2 ** 31);
    checkFlag("unfrozen", unfrozen);
    return this.#engine.call("showBatch", { photos, epoch, unfrozen }, call);
  }

  /**
   * What an image shows: a path or address, a File or Blob, the bytes of an encoded image, or an element of a page.
   * @throws RegraftError "unreadable-image"
   */
  predict(image: ImageFile, options?: PredictOptions): Promise<Prediction>;
  predict(images: readonly ImageFile[], options?: PredictOptions): Promise<Prediction[]>;
  async predict(
    input: ImageFile | readonly ImageFile[],
    options: PredictOptions = {},
  ): Promise<Prediction | Prediction[]> {
    const views = ttaViews(checkOptions("predict", options));
    return predictWith(input, options, (images, each) =>
      views > 0
        ? this.#engine.call("predictViews", { images, views }, each)
        : this.#engine.call("predict", images, each),
    );
  }

  /**
   * Writes the trained network as a folder that ONNX Runtime, Hugging Face's libraries and `createLearner` load. In a browser
   * it becomes a download, `<folder>.zip`.
   * @returns the files' paths within the folder.
   * @throws RegraftError "invalid-argument", "file-access"
   */
  async exportOnnx(folder: string, options: ExportForms & CallOptions = {}): Promise<string[]> {
    checkFolder(folder);
    const { signal, onProgress, ...forms } = checkOptions("exportOnnx", options);
    checkForms(forms);
    return this.#work.exportOnnx(folder, forms, { signal, onProgress });
  }

  /** The files of such a folder by their paths in it, for who keeps or sends them. */
  async exportFiles(options: ExportForms & CallOptions = {}): Promise<ReadonlyMap<string, Blob>> {
    const { signal, onProgress, ...forms } = checkOptions("exportFiles", options);
    checkForms(forms);
    return this.#work.exportFiles(forms, { signal, onProgress });
  }

  /** Stops what is under way, gives all memory back and ends the worker. Calls under way reject with "disposed". */
  async dispose(): Promise<void> {
    await this.#engine.dispose();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }
}
