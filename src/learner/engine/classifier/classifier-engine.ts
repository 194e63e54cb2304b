// The working half of `loadClassifier`: an exported folder, ready to predict and to be tried on photos. No training.
import { resolveEvaluation } from "../../../datasets/evaluation-set.js";
import type { ImageSource } from "../../../datasets/image-source.js";
import type { Task } from "../../../datasets/task.js";
import { outputSize } from "../../../datasets/transform.js";
import { writeModel } from "../../../onnx/write.js";
import type { DeviceName } from "../../../runtime/devices.js";
import type { Tensor } from "../../../tensor.js";
import type { CallContext } from "../../border/channel.js";
import type { LearnerSpec } from "../../border/spec.js";
import { createStaging, type Slice } from "../../border/stage.js";
import type { Activation, GradCam, PhotoInterpretation } from "../../interpret/interpretation.js";
import { chooseDevice } from "../device/device.js";
import { forDevice } from "../device/for-device.js";
import type { ActivationRequest, GradCamRequest } from "../interpret/look.js";
import type { PhotosRequest } from "../interpret/of-classifier.js";
import type { NetworkView, OpenedNetwork } from "../interpret/view.js";
import { evaluatorOf } from "../model/evaluator.js";
import { type FrozenNetwork, featuresOf, photosPerRun } from "../model/frozen-network.js";
import { importModel } from "../model/import-model.js";
import { parseJson } from "../model/json.js";
import { loadPretrained, type Pretrained } from "../model/pretrained.js";
import { refuseHuge } from "../model/refuse-huge.js";
import { join, type Platform } from "../platform.js";
import { pixelsOf, predictInBatches } from "../prediction/predict.js";
import { type AnyPrediction, predictionsOf } from "../prediction/prediction-of.js";
import { checked, checkSize, checkWidth, classesOf } from "./exported-classifier.js";
import { type ExportedConfig, taskOf, thresholdsOf } from "./exported-task.js";
import {
  classifierTta,
  type EvaluationSpec,
  evaluatePhotos,
  type PhotoEvaluation,
  type PhotoEvaluationInput,
} from "./photo-evaluation.js";

/** What a classifier tells of itself once it is open. */
export interface ClassifierInfo {
  readonly task: Task;
  /** Classes or labels; in regression, what the values are called. */
  readonly classes: readonly string[];
  readonly device: DeviceName;
  /** Why the device is the one it is. */
  readonly reasons: { readonly device: string };
  /** What its user should know of how it was found, in sentences: mostly none. */
  readonly notices: readonly string[];
}

export interface ClassifierSpec {
  /** A folder written by `exportOnnx`, or laid out alike, on the hub as well. */
  readonly folder: string;
  readonly device: LearnerSpec["device"];
}

interface OpenedClassifier {
  readonly pretrained: Pretrained;
  /** Gives logits. */
  readonly network: FrozenNetwork;
  readonly classes: readonly string[];
  /** The network's graph and where it runs, to look into it. */
  readonly whole: Omit<OpenedNetwork, "transform">;
  readonly task: Task;
  /** Of labels. */
  readonly thresholds: readonly number[] | undefined;
}

export class ClassifierEngine {
  readonly #platform: Platform;
  readonly #staging = createStaging();
  #opened: OpenedClassifier | undefined;

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  async open({ folder, device }: ClassifierSpec, context: CallContext): Promise<ClassifierInfo> {
    const { runtime } = this.#platform;
    const chosen = await chooseDevice(runtime, device);
    const { options, once } = chosen;
    const pretrained = await loadPretrained(this.#platform, folder, undefined, context);
    const evaluate = evaluatorOf(runtime, folder, once);
    const imported = await importModel(pretrained.model, folder, evaluate);
    const { model, image } = imported;
    const { config = "{}", notices } = pretrained;
    const described = parseJson<ExportedConfig>(config, join(folder, "config.json"));
    const classes = classesOf(described.id2label, folder);
    const task = taskOf(described);
    const width = model.graph.outputs[0]?.shape?.at(-1);
    if (typeof width === "number") checkWidth(width, classes, folder);
    const size = outputSize(pretrained.transform);
    checkSize(image, size, folder);
    await refuseHuge(imported, { photos: photosPerRun, size, source: folder }, (bytes) =>
      runtime.createSession(bytes, folder, { ...once, once: true }),
    );
    const session = await runtime.createSession(writeModel(await forDevice(model, options.device)), folder, options);
    const network = { session: checked(session, classes, folder), featureCount: classes.length };
    const bounded = image.batch === undefined ? network : { ...network, batch: image.batch };
    const whole = { source: folder, task, classes, model, image, device: chosen, evaluate };
    this.#opened = { pretrained, network: bounded, classes, task, thresholds: thresholdsOf(described, classes), whole };
    return { task, classes, device: options.device, reasons: { device: chosen.reason }, notices };
  }

  async predict(images: readonly ImageSource[], context: CallContext): Promise<AnyPrediction[]> {
    const { pretrained, network, classes, task, thresholds } = this.#opened!;
    const logits = async (batch: readonly ImageSource[]) =>
      featuresOf(network, await pixelsOf(batch, this.#platform.decoder, pretrained.transform));
    return predictInBatches(images, context, classes, logits, await predictionsOf(task, thresholds));
  }

  /** @param views augmented ones of each image. */
  async predictViews(
    { images, views }: { readonly images: readonly ImageSource[]; readonly views: number },
    context: CallContext,
  ): Promise<AnyPrediction[]> {
    const { pretrained, network, classes, task, thresholds } = this.#opened!;
    const { ttaLogits } = await import("../prediction/tta.js");
    const { decoder } = this.#platform;
    const logitsOf = (pixels: Tensor<"float32">) => featuresOf(network, pixels);
    const { transform } = pretrained;
    const options = { ...classifierTta, views, decoder, transform, classes: classes.length, task, logitsOf };
    const logits = (batch: readonly ImageSource[]) => ttaLogits(batch, options);
    return predictInBatches(images, context, classes, logits, await predictionsOf(task, thresholds));
  }

  /** Takes a part of a list of photos that is too large for one message; `evaluate` puts them together. */
  async stage(slice: Slice): Promise<void> {
    this.#staging.take(slice);
  }

  async evaluate(spec: EvaluationSpec, context: CallContext): Promise<PhotoEvaluation<Task>> {
    return evaluatePhotos(await this.#evaluated(spec), context);
  }

  async interpret(request: PhotosRequest, context: CallContext): Promise<PhotoInterpretation<Task>> {
    const { interpretPhotos } = await import("../interpret/of-classifier.js");
    return interpretPhotos(await this.#evaluated(request), this.#look(context), request, context);
  }

  async gradCam(request: GradCamRequest, context: CallContext): Promise<GradCam> {
    const { gradCam } = await import("../interpret/of-classifier.js");
    return gradCam(await this.#look(context)(), request, this.#platform.decoder);
  }

  async activations(request: ActivationRequest, context: CallContext): Promise<Activation[]> {
    const { activations } = await import("../interpret/of-classifier.js");
    return activations(await this.#look(context)(), request, this.#platform.decoder);
  }

  async report(request: PhotosRequest, context: CallContext): Promise<string> {
    const { reportPhotos } = await import("../interpret/of-classifier.js");
    const [evaluated, { source }] = [await this.#evaluated(request), this.#opened!.whole];
    return reportPhotos(evaluated, this.#look(context), { ...request, source, files: this.#platform.files }, context);
  }

  async #evaluated({ data, split, metrics, maxSkipped, views }: EvaluationSpec): Promise<PhotoEvaluationInput> {
    const { pretrained, network, classes, task, thresholds } = this.#opened!;
    const { decoder, photos: files } = this.#platform;
    const photos = await resolveEvaluation(this.#staging.completeData(data), files, { classes, split, task });
    return { metrics, thresholds, maxSkipped, views, network, photos, decoder, transform: pretrained.transform };
  }

  /** Into the network, when it is asked to. */
  #look({ signal }: CallContext): () => Promise<NetworkView> {
    const { whole, pretrained } = this.#opened!;
    return async () => {
      const { viewOfNetwork } = await import("../interpret/view.js");
      return viewOfNetwork({ ...whole, transform: pretrained.transform }, { runtime: this.#platform.runtime, signal });
    };
  }

  async close(): Promise<void> {
    await this.#opened?.network.session?.release();
    this.#opened = undefined;
  }
}
