// What makes a learner one of other classes, or of more photos: what it has learnt goes on.
import type { Dataset } from "../datasets/dataset.js";
import type { Task } from "../datasets/task.js";
import { invalidArgument } from "../errors.js";
import type { Growth } from "./border/growth.js";
import { type CallOptions, checkOptions } from "./call-options.js";
import type { EngineCalls } from "./engine-calls.js";
import { LearnerTraining } from "./learner-training.js";
import { checkData } from "./options.js";
import type { LearnerWork } from "./work.js";

/** @typeParam T what the data asks for. */
export class LearnerGrowth<T extends Task = "single-label"> extends LearnerTraining<T> {
  readonly #engine: EngineCalls;
  readonly #work: LearnerWork;

  /** @internal */
  constructor(engine: EngineCalls, work: LearnerWork) {
    super(engine, work);
    this.#engine = engine;
    this.#work = work;
  }

  /**
   * More photos, of classes that the learner has and of new ones, to be trained on with those that it has. A photo at the path
   * of one that is there is left out; the others keep the side, training or validation, that they are on. What was learnt goes on,
   * with new classes at the head's start; the optimizer starts anew. The frozen network runs on the new photos alone.
   * @throws RegraftError "invalid-argument" for photos of another task, "invalid-dataset", "file-access"; all is then as it was
   */
  async addPhotos(data: Dataset<T>, options: CallOptions = {}): Promise<void> {
    checkOptions("addPhotos", options);
    checkData(data);
    await this.#engine.alone("addPhotos", () => this.#work.addPhotos(data, options));
  }

  /**
   * Calls a class, label or value otherwise. No photo is read.
   * @throws RegraftError "invalid-argument" for a class that there is not, or a name that is taken
   */
  async renameClass(from: string, to: string, options: CallOptions = {}): Promise<void> {
    checkOptions("renameClass", options);
    for (const name of [from, to]) checkName("renameClass", name);
    await this.#grow({ kind: "rename", call: "renameClass", names: [from], to }, options);
  }

  /**
   * Makes one class of several, called `into`: one of their names, or a new one. It begins as their mean, see `grownWeights`. No photo
   * is read.
   * @throws RegraftError "invalid-argument" for fewer than two of them, classes that there are not, a name that another class has,
   * when one class would be left, and for values
   */
  async mergeClasses(names: readonly string[], into: string, options: CallOptions = {}): Promise<void> {
    checkOptions("mergeClasses", options);
    if (!Array.isArray(names) || new Set(names).size < 2)
      throw invalidArgument("mergeClasses", "the names of two classes or more", names);
    for (const name of [...names, into]) checkName("mergeClasses", name);
    await this.#grow({ kind: "rename", call: "mergeClasses", names: [...names], to: into }, options);
  }

  #grow(growth: Extract<Growth, { kind: "rename" }>, options: CallOptions): Promise<void> {
    return this.#engine.alone(growth.call, () => this.#work.grow(growth, options));
  }
}

function checkName(call: string, name: unknown): void {
  if (typeof name !== "string" || name === "") throw invalidArgument(call, "the name of a class", name);
}
