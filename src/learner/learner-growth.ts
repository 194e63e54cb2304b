// What makes a learner one of other classes, or of more photos: what it has learnt goes on.
import type { Dataset } from "../datasets/dataset.js";
import type { Task } from "../datasets/task.js";
import type { CallOptions } from "./call-options.js";
import type { EngineCalls } from "./engine-calls.js";
import { LearnerTraining } from "./learner-training.js";
import type { LearnerWork } from "./work.js";

type Calls = typeof import("./growth-calls.js");
type Caller = Parameters<Calls["addPhotos"]>[0];

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
   * of one that is there, or a file that was chosen before, is left out; the others keep the side, training or validation, that they are on. What was learnt goes on,
   * with new classes at the head's start; the optimizer starts anew. The frozen network runs on the new photos alone.
   * @throws RegraftError "invalid-argument" for photos of another task, "invalid-dataset", "file-access"; all is then as it was
   */
  addPhotos(data: Dataset<T>, options: CallOptions = {}): Promise<void> {
    return this.#grow("addPhotos", (calls, caller) => calls.addPhotos(caller, data, options));
  }

  /**
   * Calls a class, label or value otherwise. No photo is read.
   * @throws RegraftError "invalid-argument" for a class that there is not, or a name that is taken
   */
  renameClass(from: string, to: string, options: CallOptions = {}): Promise<void> {
    return this.#grow("renameClass", (calls, caller) => calls.renameClass(caller, [from, to], options));
  }

  /**
   * Makes one class of several, called `into`: one of their names, or a new one. It begins as their mean, see `grownWeights`. No photo
   * is read.
   * @throws RegraftError "invalid-argument" for fewer than two of them, classes that there are not, a name that another class has,
   * when one class would be left, and for values
   */
  mergeClasses(names: readonly string[], into: string, options: CallOptions = {}): Promise<void> {
    return this.#grow("mergeClasses", (calls, caller) => calls.mergeClasses(caller, [names, into], options));
  }

  #grow(name: string, call: (calls: Calls, caller: Caller) => Promise<void>): Promise<void> {
    const caller = { engine: this.#engine, work: this.#work };
    return this.#engine.alone(name, async () => call(await import("./growth-calls.js"), caller));
  }
}
