// The learner's working half: lives in the worker and owns all mutable state (sessions, cached features, weights).
// Its methods are called one at a time; what they take and return is plain data.
import { assert, isRegraftError } from "../../errors.js";
import type { CyclicalRange } from "../../lr-range/cyclical-range.js";
import { plotRange } from "../../lr-range/plot.js";
import { float32, int32 } from "../../tensor.js";
import { inferenceModel, initialState } from "../../training-graph/assemble.js";
import type { CallContext } from "../border/channel.js";
import type { DataInfo, LearnerInfo } from "../border/info.js";
import type { ExportRequest } from "../border/report.js";
import type { LearnerSpec } from "../border/spec.js";
import { createStaging, type Slice } from "../border/stage.js";
import { exportFiles, refuseForeignFolder, writeExport } from "../export/export.js";
import { type FeatureSource, memorySource } from "./features/feature-source.js";
import { type Extraction, extractFeatures } from "./features/features.js";
import { featuresOf } from "./model/frozen-network.js";
import { type OpenedLearner, openLearner, storageOf, weightsIn } from "./open-learner.js";
import type { Platform } from "./platform.js";
import { type ImageInput, type Prediction, pixelsOf, predictInBatches } from "./predict.js";
import { epochBatches } from "./training/batch-order.js";
import { type Evaluation, evaluate } from "./training/evaluate.js";
import { maskDrawer } from "./training/masks.js";
import {
  type CyclicalRangeOptions,
  findCyclicalRange,
  type LrFindOptions,
  type LrRange,
  lrFind,
} from "./training/range.js";
import { type RehearsalRoom, rehearsalRoom } from "./training/rehearsal.js";
import { type Rates, type StepResults, type TrainingState, train } from "./training/trainer.js";
import { type Validation, validation } from "./training/validation.js";

/** Where training stands. The epoch is all there is to know of randomness, see random.ts. */
interface Position {
  readonly state: TrainingState;
  /** Epochs begun so far. */
  readonly epoch: number;
}

export class LearnerEngine {
  readonly #platform: Platform;
  readonly #staging = createStaging();
  #opened: OpenedLearner | undefined;
  #extraction: Extraction | undefined;
  #position: Position = { state: {}, epoch: 0 };
  /** Where the fit under way began; when it diverges, the learner goes back there. */
  #beforeFit = this.#position;

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  /** Takes a part of the options that is too large for one message; `open` puts them together. */
  async stage(slice: Slice): Promise<void> {
    this.#staging.take(slice);
  }

  async open(spec: LearnerSpec, context: CallContext): Promise<LearnerInfo> {
    const opened = await openLearner(this.#platform, this.#staging.complete(spec), context);
    this.#opened = opened;
    this.#position = { state: initialState(opened.head, opened.optimizer), epoch: 0 };
    return {
      model: opened.pretrained.name,
      device: opened.device,
      classes: opened.photos.classes,
      features: opened.network.featureCount,
      reasons: { cut: opened.network.cut.reason, transform: opened.pretrained.transformReason },
      notices: opened.pretrained.notices,
    };
  }

  /** Runs the frozen network over all photos, the first time it is asked to. */
  async prepare(_: undefined, context: CallContext): Promise<DataInfo> {
    const { train, valid, skipped } = await this.#features(context);
    const stepsPerEpoch = Math.ceil(train.count / this.#use().spec.batchSize);
    return { train: train.count, valid: valid.count, skipped, stepsPerEpoch };
  }

  /** @param firstStep what number the epoch's first step has in its fit; with 0 a fit begins. */
  async trainEpoch({ rates, firstStep }: { rates: Rates; firstStep: number }, context: CallContext): Promise<void> {
    const { train: data } = await this.#features(context);
    const { spec, head, trainer } = this.#use();
    if (firstStep === 0) this.#beforeFit = this.#position;
    const { epoch } = this.#position;
    const batches = epochBatches(data.count, spec.batchSize, spec.seed, "order", epoch);
    const masks = maskDrawer(head.masks, spec.seed, "masks", epoch);
    const onResults = (state: TrainingState, results: StepResults): void => {
      this.#position = { state, epoch: epoch + 1 };
      context.emit({ phase: "results", ...results });
      context.emit({ phase: "train", done: results.first + results.losses.length, total: batches.length });
    };
    const options = { session: trainer, masks, rates, firstStep, signal: context.signal, onResults };
    try {
      for await (const chunk of data.chunks(batches, context.signal))
        await train(this.#position.state, { ...options, data: chunk, batches: chunk.batches, first: chunk.first });
    } catch (error) {
      // Cancelled, the learner keeps what it has learnt; diverged, there is nothing worth keeping.
      if (isRegraftError(error, "diverged")) this.#position = this.#beforeFit;
      throw error;
    }
  }

  async validate(_: undefined, context: CallContext): Promise<Validation> {
    const { valid } = await this.#features(context);
    const { photos, spec } = this.#use();
    const outcome = await this.#evaluate(valid, this.#position.state, context.signal);
    return validation(outcome, valid.labels.data, photos.classes, spec.metrics);
  }

  async lrFind(options: LrFindOptions, context: CallContext): Promise<LrRange> {
    return lrFind(await this.#rehearsalRoom(context), options, context);
  }

  async cyclicalRange(options: CyclicalRangeOptions, context: CallContext): Promise<CyclicalRange> {
    return findCyclicalRange(await this.#rehearsalRoom(context), options, context);
  }

  /** The range test as an SVG. */
  async plot({ runs, suggestion }: LrRange): Promise<string> {
    return plotRange(runs, suggestion);
  }

  async predict(images: readonly ImageInput[], context: CallContext): Promise<Prediction[]> {
    const { network, photos } = this.#use();
    const pixels = (batch: readonly ImageInput[]) => pixelsOf(batch, this.#platform.decoder, network.transform);
    return predictInBatches(images, context, photos.classes, async (batch) => {
      const data = await featuresOf(network, await pixels(batch));
      const features = float32([batch.length, network.featureCount], data);
      const labels = int32([batch.length], new Int32Array(batch.length));
      const rows = memorySource({ features, labels, names: [] });
      return (await this.#evaluate(rows, this.#position.state, context.signal)).logits;
    });
  }

  /** Writes the folder; returns the files' paths relative to it. */
  async exportTo({ folder, forms, fits, range }: ExportRequest, context: CallContext): Promise<string[]> {
    await refuseForeignFolder(folder, this.#platform.files);
    const { train, valid, skipped } = await this.prepare(undefined, context);
    const counts = { train, valid, skipped: skipped.length };
    // Of these very weights: another epoch may have been trained since the caller last asked.
    const report = { fits, range, photos: counts, validation: await this.validate(undefined, context) };
    const { network, head, pretrained, photos, spec } = this.#use();
    const model = inferenceModel(network.model, { head, weights: weightsIn(head, this.#position.state) });
    const files = await exportFiles({ model, forms, pretrained, spec, network, classes: photos.classes, report });
    return writeExport(folder, files, this.#platform.files);
  }

  /** Gives all memory back. */
  async close(): Promise<void> {
    const opened = this.#opened;
    this.#opened = undefined;
    this.#extraction = undefined;
    this.#position = this.#beforeFit = { state: {}, epoch: 0 };
    for (const session of opened ? [opened.network.session, opened.trainer, opened.evaluator] : [])
      await session.release();
  }

  #use(): OpenedLearner {
    assert(this.#opened, "the learner is open");
    return this.#opened;
  }

  async #features(context: CallContext): Promise<Extraction> {
    const { network, photos, spec, pretrained } = this.#use();
    this.#extraction ??= await extractFeatures({
      network,
      source: pretrained.name,
      photos,
      decoder: this.#platform.decoder,
      transform: network.transform,
      memoryLimit: spec.cache.memoryLimit,
      storage: await storageOf(this.#use(), this.#platform),
      batchSize: spec.batchSize,
      maxSkipped: spec.image.maxSkipped,
      signal: context.signal,
      onProgress: (done, total) => context.emit({ phase: "features", done, total }),
    });
    return this.#extraction;
  }

  #evaluate(data: FeatureSource, state: TrainingState, signal: AbortSignal): Promise<Evaluation> {
    const { head, photos, evaluator } = this.#use();
    const parameters = weightsIn(head, state);
    return evaluate(data, { session: evaluator, parameters, classes: photos.classes.length, signal });
  }

  async #rehearsalRoom(context: CallContext): Promise<RehearsalRoom> {
    return rehearsalRoom(this.#use(), await this.#features(context), this.#position.state);
  }
}
