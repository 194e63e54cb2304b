// All that changes in a learner's life: how its network is divided, the rows of its photos, and what it has learnt.
import { assert } from "../../errors.js";
import type { CallContext } from "../border/channel.js";
import type { LearnerSpec } from "../border/spec.js";
import { type Divided, extractRows } from "./divided.js";
import type { Extraction } from "./features/features.js";
import { backboneState } from "./layers/backbone.js";
import { openLearner, weightsIn } from "./open-learner.js";
import type { Platform } from "./platform.js";
import { type Position, startOf } from "./position.js";
import type { TrainingState } from "./training/steps.js";

const nowhere: Position = { state: {}, epoch: 0 };

export class LearnerState {
  readonly platform: Platform;
  #divided: Divided | undefined;
  #extraction: Extraction | undefined;
  #learnt: TrainingState = {};
  /** Where training stands. */
  position = nowhere;
  /** Of labels, the probabilities above which a photo is said to have them; undefined: 0.5 each. */
  thresholds: readonly number[] | undefined;

  constructor(platform: Platform) {
    this.platform = platform;
  }

  async open(spec: LearnerSpec, context: CallContext): Promise<Divided> {
    const { opened, boundary } = await openLearner(this.platform, spec, context);
    this.#divided = { learner: opened, boundary };
    this.position = { state: startOf(opened.head, opened.optimizer), epoch: 0 };
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
      this.#extraction = undefined;
      await boundary.release();
    }
    this.#learnt = learnt;
    const state = startOf(this.divided.boundary.head, optimizer, { ...learnt, ...weights });
    this.position = { ...this.position, state };
  }

  /** The rows of all photos, for which the frozen network is run the first time they are asked for. */
  async rows(context: CallContext): Promise<Extraction> {
    this.#extraction ??= await extractRows(this.divided, this.platform, context);
    return this.#extraction;
  }

  /** The same where they were asked for already. */
  get known(): Extraction | undefined {
    return this.#extraction;
  }

  /** Gives all memory back. */
  async close(): Promise<void> {
    const divided = this.#divided;
    this.#divided = undefined;
    this.#extraction = undefined;
    this.#learnt = {};
    this.position = nowhere;
    await divided?.boundary.release();
  }
}
