// The verbs of a learner's engine that keep what was reached, and go back to it.
import type { CallContext } from "../border/channel.js";
import type { CheckpointRequest } from "../border/checkpoint.js";
import type { LearnerInfo } from "../border/info.js";
import type { LoadedCheckpoint, PhotosOf } from "./checkpoint/load.js";
import type { Manifest } from "./checkpoint/manifest.js";
import { infoOf } from "./learner-info.js";
import { LearnerInsight } from "./learner-insight.js";
import type { LearnerState } from "./learner-state.js";

export class LearnerRecords extends LearnerInsight {
  readonly #state: LearnerState;

  constructor(state: LearnerState) {
    super(state);
    this.#state = state;
  }

  /** How many steps of its epoch the learner has taken. */
  async step(): Promise<number> {
    return this.#state.position.step;
  }

  /** Remembers the present weights as those of the fit's best epoch. */
  async keepBest(): Promise<void> {
    this.#state.best = this.#state.position.state;
  }

  async restoreBest(): Promise<void> {
    this.#state.restoreBest();
  }

  async saveCheckpoint(request: CheckpointRequest): Promise<void> {
    const { saveCheckpoint } = await import("./checkpoint/save.js");
    await saveCheckpoint(this.#state, request);
  }

  /** Before anything is opened: what the checkpoint says of the learner. */
  async readCheckpoint(folder: string): Promise<Manifest> {
    const { readNewestManifest } = await import("./checkpoint/generations.js");
    return readNewestManifest(await this.#state.platform.storage(folder), folder);
  }

  async loadCheckpoint(folder: string, { signal }: CallContext): Promise<LoadedCheckpoint & { info: LearnerInfo }> {
    const { loadCheckpoint } = await import("./checkpoint/load.js");
    const loaded = await loadCheckpoint(this.#state, folder, signal);
    const { learner, boundary } = this.#state.divided;
    return { ...loaded, info: infoOf(learner, boundary) };
  }

  /** Refuses to go on with other photos than those of the checkpoint could be read. */
  async matchPhotos(checkpoint: PhotosOf, context: CallContext): Promise<void> {
    const { matchPhotos } = await import("./checkpoint/load.js");
    await matchPhotos(this.#state, checkpoint, context);
  }
}
