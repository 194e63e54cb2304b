// The learner's working half: lives in the worker and owns all mutable state (see `LearnerState`).
// Its methods are called one at a time; what they take and return is plain data.
import type { ImageSource } from "../../datasets/image-source.js";
import type { CyclicalRange } from "../../lr-range/cyclical-range.js";
import type { CallContext } from "../border/channel.js";
import type { Growth } from "../border/growth.js";
import type { DataInfo, LearnerInfo } from "../border/info.js";
import type { ExportRequest } from "../border/report.js";
import type { LearnerSpec } from "../border/spec.js";
import { createStaging, type Slice } from "../border/stage.js";
import type { ExportedFiles } from "../export/export.js";
import { evaluateRows, predictImages } from "./divided.js";
import { type EpochRequest, fitEpoch } from "./fit-epoch.js";
import { infoOf } from "./learner-info.js";
import { LearnerRecords } from "./learner-records.js";
import { LearnerState } from "./learner-state.js";
import type { Platform } from "./platform.js";
import type { AnyPrediction } from "./prediction/prediction-of.js";
import type { BatchRequest } from "./show-batch.js";
import type { CyclicalRangeOptions, LrFindOptions, LrRange } from "./training/range.js";
import type { RehearsalOptions, RehearsalRoom } from "./training/rehearsal.js";
import { type AnyValidation, validationOf } from "./training/validation-of.js";

export class LearnerEngine extends LearnerRecords {
  readonly #state: LearnerState;
  readonly #staging = createStaging();

  constructor(platform: Platform) {
    const state = new LearnerState(platform);
    super(state);
    this.#state = state;
  }

  /** Takes a part of the options that is too large for one message; `open` puts them together. */
  async stage(slice: Slice): Promise<void> {
    this.#staging.take(slice);
  }

  async open(spec: LearnerSpec, context: CallContext): Promise<LearnerInfo> {
    const { learner, boundary } = await this.#state.open(this.#staging.complete(spec), context);
    return infoOf(learner, boundary);
  }

  /**
   * Freezes the first groups of layers and lets all others be trained. The optimizer starts anew, as in fast.ai.
   * @param first how many; as many as the network has: only the head is trained.
   * @returns what is to be known of the learner now.
   * @throws RegraftError "unsupported-op", "unsupported-model", "memory-limit", "device-unavailable"; all is then as it was.
   */
  async freezeTo(first: number, { signal }: CallContext): Promise<LearnerInfo> {
    await this.checkFreezeTo(first);
    await this.#state.freezeTo(first, signal);
    const { learner, boundary } = this.#state.divided;
    return infoOf(learner, boundary);
  }

  /** See `grow`. */
  async grow(growth: Growth, context: CallContext): Promise<LearnerInfo> {
    return (await import("./grow.js")).grow(this.#state, growth, this.#staging, context);
  }

  /** Throws what `freezeTo` would. */
  async checkFreezeTo(first: number): Promise<void> {
    const { refuseBoundary } = await import("./layers/refuse-boundary.js");
    await refuseBoundary(this.#state.divided.learner, first);
  }

  /** Runs the frozen network over all photos, the first time it is asked to. */
  async prepare(_: undefined, context: CallContext): Promise<DataInfo> {
    const { train, valid, skipped } = await this.#state.rows(context);
    const stepsPerEpoch = Math.ceil(train.count / this.#state.divided.learner.spec.batchSize);
    return { train: train.count, valid: valid.count, skipped, stepsPerEpoch };
  }

  /** With a `firstStep` of 0 a fit begins. */
  async trainEpoch(request: EpochRequest, context: CallContext): Promise<void> {
    await fitEpoch(this.#state, request, context);
  }

  async validate(_: undefined, context: CallContext): Promise<AnyValidation> {
    const { valid } = await this.#state.rows(context);
    const { photos, spec } = this.#state.divided.learner;
    const { thresholds } = this.#state;
    const outcome = await evaluateRows(this.#state.divided, valid, this.#state.position.state, context.signal);
    return validationOf({ ...photos, metrics: spec.metrics, thresholds }, outcome, valid.labels);
  }

  /** See `LearnerTraining.tuneThresholds`. */
  async tuneThresholds(_: undefined, context: CallContext): Promise<Readonly<Record<string, number>>> {
    const { tunedThresholds } = await import("./prediction/tuned-thresholds.js");
    const { valid } = await this.#state.rows(context);
    const tuned = await tunedThresholds(this.#state.divided, valid, this.#state.position.state, context.signal);
    this.#state.thresholds = tuned.map(([, threshold]) => threshold);
    return Object.fromEntries(tuned);
  }

  async lrFind(
    { ratios, ...options }: LrFindOptions & Pick<RehearsalOptions, "ratios">,
    context: CallContext,
  ): Promise<LrRange> {
    const { lrFind } = await import("./training/range.js");
    return lrFind(await this.#rehearsalRoom(context, ratios), options, context);
  }

  async cyclicalRange(options: CyclicalRangeOptions, context: CallContext): Promise<CyclicalRange> {
    const { findCyclicalRange } = await import("./training/range.js");
    return findCyclicalRange(await this.#rehearsalRoom(context), options, context);
  }

  /** The range test as an SVG. */
  async plot({ runs, suggestion }: LrRange): Promise<string> {
    // Drawing takes more code than all the rest.
    const { plotRange } = await import("../../lr-range/plot.js");
    return plotRange(runs, suggestion);
  }

  /** The same of several views of each photo. */
  async validateViews(views: number, context: CallContext): Promise<AnyValidation> {
    return (await import("./prediction/learner-tta.js")).validateViews(this.#state, views, context);
  }

  async predictViews(
    { images, views }: { readonly images: readonly ImageSource[]; readonly views: number },
    context: CallContext,
  ): Promise<AnyPrediction[]> {
    return (await import("./prediction/learner-tta.js")).predictViews(this.#state, images, views, context);
  }

  /** The first batch of an epoch, as an SVG. */
  async showBatch(wanted: BatchRequest, context: CallContext): Promise<string> {
    return (await import("./show-batch.js")).showBatch(this.#state, wanted, context);
  }

  async predict(images: readonly ImageSource[], context: CallContext): Promise<AnyPrediction[]> {
    const { divided, platform, position, thresholds } = this.#state;
    return predictImages(divided, { images, state: position.state, thresholds }, platform, context);
  }

  /** Writes the folder; returns the files' paths relative to it. */
  async exportTo({ folder, ...request }: ExportRequest & { folder: string }, context: CallContext): Promise<string[]> {
    const { refuseForeignFolder, writeExport } = await import("../export/export.js");
    await refuseForeignFolder(folder, this.#state.platform.files);
    return writeExport(folder, await this.#exported(request, context), this.#state.platform.files);
  }

  /** The files as Blobs, which are not copied on their way. */
  async exportFiles(request: ExportRequest, context: CallContext): Promise<ReadonlyMap<string, Blob>> {
    const { asBlobs } = await import("../export/zip.js");
    return asBlobs(await this.#exported(request, context));
  }

  async exportZip(
    { root, ...request }: ExportRequest & { root: string },
    context: CallContext,
  ): Promise<{ names: string[]; zip: Blob }> {
    const { zipped } = await import("../export/zip.js");
    const files = await this.#exported(request, context);
    return { names: [...files.keys()], zip: await zipped(root, files) };
  }

  async #exported(request: ExportRequest, context: CallContext): Promise<ExportedFiles> {
    const { exportOf } = await import("./export-of.js");
    const trial = { count: () => this.prepare(undefined, context), validate: () => this.validate(undefined, context) };
    const { divided, position, learnt, thresholds } = this.#state;
    return exportOf(divided.learner, { state: position.state, learnt, thresholds }, request, trial);
  }

  /** Gives all memory back. */
  async close(): Promise<void> {
    await this.#state.close();
  }

  async #rehearsalRoom(context: CallContext, ratios?: RehearsalOptions["ratios"]): Promise<RehearsalRoom> {
    const { learner, boundary } = this.#state.divided;
    const { signal } = context;
    const { rehearsalRoom } = await import("./training/rehearsal.js");
    return rehearsalRoom(learner, boundary, await this.#state.rows(context), this.#state.position.state, {
      ratios,
      signal,
    });
  }
}
