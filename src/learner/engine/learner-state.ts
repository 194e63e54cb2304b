// All that changes in a learner's life: how its network is divided, the rows of its photos, and what it has learnt.
import { assert, type RegraftError } from "../../errors.js";
import type { Tensor } from "../../tensor.js";
import type { CallContext } from "../border/channel.js";
import type { LearnerSpec } from "../border/spec.js";
import { type Divided, extractRows } from "./divided.js";
import type { Extraction } from "./features/extraction.js";
import type { KnownRows } from "./features/known-rows.js";
import { backboneState } from "./layers/backbone.js";
import { openLearner, weightsIn } from "./open-learner.js";
import type { Platform } from "./platform.js";
import { type Position, startOf } from "./position.js";
import type { TrainingState } from "./training/steps.js";

const nowhere: Position = { state: {}, epoch: 0, step: 0 };

/** Where a learner is put. */
export interface Restored {
  /** Layer groups that are frozen. */
  readonly frozen: number;
  readonly learnt: TrainingState;
  readonly position: Position;
  /** Where the fit under way began. */
  readonly beforeFit: Position;
  readonly best: TrainingState | undefined;
  readonly thresholds?: readonly number[] | undefined;
}

/** What a learner that has grown begins with. */
export interface Grown {
  readonly learnt: TrainingState;
  readonly state: TrainingState;
  readonly thresholds: readonly number[] | undefined;
  readonly known: KnownRows | undefined;
}

export class LearnerState {
  readonly platform: Platform;
  #divided: Divided | undefined;
  #extraction: Extraction | undefined;
  /** Rows from before the learner grew. */
  #before: KnownRows | undefined;
  #learnt: TrainingState = {};
  /** Where the fit under way began; when it diverges, the learner goes back there. */
  #beforeFit = nowhere;
  /** Where training stands. */
  position = nowhere;
  /** Where it stood after the best epoch of the fit under way, if that is kept. */
  best: TrainingState | undefined;
  /** Of labels, the probabilities above which a photo is said to have them; undefined: 0.5 each. */
  thresholds: readonly number[] | undefined;

  constructor(platform: Platform) {
    this.platform = platform;
  }

  async open(spec: LearnerSpec, context: CallContext): Promise<Divided> {
    const { opened, boundary } = await openLearner(this.platform, spec, context);
    this.#divided = { learner: opened, boundary };
    this.position = this.#beforeFit = { ...nowhere, state: startOf(opened.head, opened.optimizer) };
    return this.#divided;
  }

  get divided(): Divided {
    assert(this.#divided, "the learner is open");
    return this.#divided;
  }

  /** What layers have learnt that are frozen by now, or may be again. */
  get learnt(): TrainingState {
    return this.#learnt;
  }

  /** See `LearnerEngine.freezeTo`. */
  async freezeTo(first: number, signal: AbortSignal): Promise<void> {
    const { learner, boundary } = this.divided;
    const { head, optimizer, backbone, divide } = learner;
    const weights = weightsIn(head, this.position.state);
    const learnt = { ...this.#learnt, ...backboneState(backbone, this.position.state) };
    if (first !== boundary.first) {
      this.#divided = { learner, boundary: await divide(first, learnt, signal) };
      this.#extraction = this.#before = undefined;
      await boundary.release();
    }
    this.#learnt = learnt;
    const state = startOf(this.divided.boundary.head, optimizer, { ...learnt, ...weights });
    this.position = { ...this.position, state };
    this.best = undefined;
  }

  /**
   * @param refuse the error for weights that this learner does not have, or lacks; all is then as it was.
   */
  async restore(
    { frozen, learnt, position, beforeFit, best, thresholds }: Restored,
    signal: AbortSignal,
    refuse: (name: string) => RegraftError,
  ): Promise<void> {
    const { learner, boundary } = this.divided;
    const isSame = frozen === boundary.first && Object.keys({ ...this.#learnt, ...learnt }).length === 0;
    const next = isSame ? boundary : await learner.divide(frozen, learnt, signal);
    const expected = startOf(next.head, learner.optimizer);
    const states = [position.state, beforeFit.state, ...(best ? [best] : [])];
    const wrong = states.flatMap((state) => otherWeight(expected, state) ?? [])[0];
    if (wrong !== undefined) {
      if (!isSame) await next.release();
      throw refuse(wrong);
    }
    if (!isSame) {
      this.#divided = { learner, boundary: next };
      this.#extraction = this.#before = undefined;
      await boundary.release();
    }
    this.#learnt = learnt;
    this.position = position;
    this.#beforeFit = beforeFit;
    this.best = best;
    this.thresholds = thresholds;
  }

  /** The same network, divided anew for other photos; the division before is released. */
  async become(next: Divided, { learnt, state, thresholds, known }: Grown): Promise<void> {
    const { boundary } = this.divided;
    this.#divided = next;
    this.#extraction = undefined;
    this.#before = known;
    this.#learnt = learnt;
    this.position = this.#beforeFit = { ...this.position, state };
    this.best = undefined;
    this.thresholds = thresholds;
    await boundary.release();
  }

  get beforeFit(): Position {
    return this.#beforeFit;
  }

  beginFit(): void {
    this.#beforeFit = this.position;
    this.best = undefined;
  }

  undoFit(): void {
    this.position = this.#beforeFit;
    this.best = undefined;
  }

  /** Goes back to the weights of the fit's best epoch, and the optimizer's slots. Its epochs count on. */
  restoreBest(): void {
    if (this.best) this.position = { ...this.position, state: this.best };
    this.best = undefined;
  }

  /** The rows of all photos, where they are known. */
  get extraction(): Extraction | undefined {
    return this.#extraction;
  }

  /** The rows of all photos, for which the frozen network is run the first time they are asked for. */
  async rows(context: CallContext): Promise<Extraction> {
    this.#extraction ??= await extractRows(this.divided, this.platform, context, this.#before);
    this.#before = undefined;
    return this.#extraction;
  }

  /** What is known of photos from before the learner grew, until all rows are asked for. */
  get before(): KnownRows | undefined {
    return this.#before;
  }

  /** Gives all memory back. */
  async close(): Promise<void> {
    const divided = this.#divided;
    this.#divided = undefined;
    this.#extraction = this.#before = undefined;
    this.#learnt = {};
    this.position = this.#beforeFit = nowhere;
    this.best = undefined;
    await this.platform.views?.end();
    await divided?.boundary.release();
  }
}

const formOf = (tensor: Tensor | undefined): string | undefined => tensor && `${tensor.dtype} ${tensor.shape}`;

/** The name of a tensor that one state has and the other has not, or in another shape or type. */
function otherWeight(expected: TrainingState, given: TrainingState): string | undefined {
  const names = new Set([...Object.keys(expected), ...Object.keys(given)]);
  return [...names].find((name) => formOf(expected[name]) !== formOf(given[name]));
}
