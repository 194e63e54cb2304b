// The caller's half of a learner: turns verbs into calls to its engine, drives the epochs, and keeps the history.
import { checkFlag, checkFolder, whole } from "../arguments.js";
import type { ImageFile } from "../datasets/image-files.js";
import type { Task } from "../datasets/task.js";
import type { ExportForms } from "./border/report.js";
import {
  type CallOptions,
  checkForms,
  checkOptions,
  type PredictOptions,
  type SaveOptions,
  type ShowBatchOptions,
  type ValidateOptions,
} from "./call-options.js";
import type { CheckpointInfo } from "./checkpoint/checkpoint-info.js";
import { checkNote } from "./checkpoint/checkpoint-options.js";
import { predictWith } from "./engine/prediction/predict.js";
import type { PredictionOf } from "./engine/prediction/prediction-of.js";
import type { ValidationOf } from "./engine/training/validation-of.js";
import type { EngineCalls } from "./engine-calls.js";
import { imageArgument } from "./image-argument.js";
import type {
  Activation,
  ActivationOptions,
  GradCam,
  GradCamOptions,
  InterpretationOf,
  InterpretOptions,
} from "./interpret/interpretation.js";
import { LearnerGrowth } from "./learner-growth.js";
import { ttaViews } from "./tta-option.js";
import type { LearnerWork } from "./work.js";

/** Made by `createLearner`. Its worker does one thing at a time: await a call before you rely on what it does. */
export class Learner<T extends Task = "single-label"> extends LearnerGrowth<T> {
  readonly #engine: EngineCalls;
  readonly #work: LearnerWork;

  /** @internal */
  constructor(engine: EngineCalls, work: LearnerWork) {
    super(engine, work);
    this.#engine = engine;
    this.#work = work;
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

  /** Loss, metrics, and scores of each class (with a confusion matrix), label or value, on the validation photos. */
  async validate(options: ValidateOptions = {}): Promise<ValidationOf<T>> {
    const views = ttaViews(checkOptions("validate", options));
    const validating = views > 0 ? this.#engine.call("validateViews", views, options) : this.#work.validate(options);
    return (await validating) as ValidationOf<T>;
  }

  /**
   * Of each label, the probability above which a photo is said to have it: the one with the highest F1 on the validation photos,
   * instead of 0.5. `predict`, `validate` and exports go by them from then on; further training does not change them, so tune last.
   * On few photos they are a guess, and the F1 that `validate` tells afterwards flatters.
   * @throws RegraftError "invalid-argument" where photos have no labels, but a class or values
   */
  async tuneThresholds(options: CallOptions = {}): Promise<Readonly<Record<string, number>>> {
    checkOptions("tuneThresholds", options);
    return this.#engine.call("tuneThresholds", undefined, options);
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
        views > 0
          ? this.#engine.call("predictViews", { images, views }, each)
          : this.#engine.call("predict", images, each);
      return (await predicting) as PredictionOf<T>[];
    });
  }

  /**
   * What `validate` tells, the classes or labels most confused, and the validation photos with the greatest losses, with heat
   * maps; of values, what was predicted of each photo.
   */
  async interpret(options: InterpretOptions = {}): Promise<InterpretationOf<T>> {
    const { signal, onProgress, ...request } = checkOptions("interpret", options);
    return (await this.#engine.call("interpret", request, { signal, onProgress })) as InterpretationOf<T>;
  }

  /**
   * Which places of an image speak for a class.
   * @throws RegraftError "unreadable-image"; "unsupported-model" for networks without a feature map, such as ViT;
   * "unsupported-op" for layers without a gradient; "invalid-argument"
   */
  async gradCam(image: ImageFile, options: GradCamOptions = {}): Promise<GradCam> {
    const { signal, onProgress, ...request } = checkOptions("gradCam", options);
    return this.#engine.call(
      "gradCam",
      { ...request, image: await imageArgument("gradCam", image) },
      { signal, onProgress },
    );
  }

  /**
   * What the layers say of an image, from the image on.
   * @throws RegraftError "unreadable-image", "unsupported-model", "invalid-argument"
   */
  async activations(image: ImageFile, options: ActivationOptions = {}): Promise<Activation[]> {
    const { signal, onProgress, ...request } = checkOptions("activations", options);
    const source = await imageArgument("activations", image);
    return this.#engine.call("activations", { ...request, image: source }, { signal, onProgress });
  }

  /** Of each layer's feature map the strongest channels, as a self-contained SVG. */
  async plotActivations(activations: readonly Activation[]): Promise<string> {
    return this.#engine.call("plotActivations", activations, {});
  }

  /** All that can be told of the training so far as one HTML page that needs nothing else. */
  async report(options: InterpretOptions = {}): Promise<string> {
    const { signal, onProgress, ...request } = checkOptions("interpret", options);
    return this.#work.report(request, { signal, onProgress });
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

  /**
   * Writes down where the learner stands: its weights and the optimizer's state (as safetensors), its fits, its options and
   * the split of its photos (as JSON). Fits do so by themselves with the option `checkpoint`. In a browser the folder is one of
   * those that it keeps for pages of this address.
   * @throws RegraftError "file-access"; a checkpoint that was there is then as it was
   */
  async save(folder: string, options: SaveOptions = {}): Promise<void> {
    checkFolder(folder);
    const { note, ...call } = checkOptions("save", options);
    if (note !== undefined) checkNote(note);
    await this.#engine.alone("save", () => this.#work.save(folder, { note, ...call }));
  }

  /**
   * Goes to where another learner, made with the same options, stood: the newest checkpoint in the folder, or the one
   * before it if that is damaged.
   * @throws RegraftError "checkpoint-mismatch" that names all that is different; "invalid-checkpoint" when none can be
   * read; "file-access". The learner is then as it was.
   */
  async load(folder: string, options: CallOptions = {}): Promise<CheckpointInfo> {
    checkFolder(folder);
    checkOptions("load", options);
    return this.#engine.alone("load", () => this.#work.load(folder, options));
  }

  /** Stops what is under way, gives all memory back and ends the worker. Calls under way reject with "disposed". */
  async dispose(): Promise<void> {
    await this.#engine.dispose();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }
}
