// The caller's half of a learner: turns verbs into calls to its engine, drives the epochs, and keeps the history.
import { checkFolder } from "../arguments.js";
import type { ImageFile } from "../datasets/image-files.js";
import type { ExportForms } from "./border/report.js";
import { type CallOptions, checkForms, checkOptions } from "./call-options.js";
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
  async validate(options: CallOptions = {}): Promise<Validation> {
    return this.#work.validate(checkOptions("validate", options));
  }

  /**
   * What an image shows: a path or address, a File or Blob, the bytes of an encoded image, or an element of a page.
   * @throws RegraftError "unreadable-image"
   */
  predict(image: ImageFile, options?: CallOptions): Promise<Prediction>;
  predict(images: readonly ImageFile[], options?: CallOptions): Promise<Prediction[]>;
  async predict(
    input: ImageFile | readonly ImageFile[],
    options: CallOptions = {},
  ): Promise<Prediction | Prediction[]> {
    checkOptions("predict", options);
    return predictWith(input, options, (images, each) => this.#engine.call("predict", images, each));
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
