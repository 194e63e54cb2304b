// Where engines live: what the caller's side needs to reach one. Implemented once per platform.

import type { ClassifierEngine } from "../engine/classifier/classifier-engine.js";
import type { LearnerEngine } from "../engine/engine.js";
import type { Channel } from "./channel.js";

export interface Engines {
  readonly learner: LearnerEngine;
  readonly classifier: ClassifierEngine;
}

export interface Connection<E extends object> {
  readonly channel: Channel<E>;
  /** Set where an engine cannot write folders: hands a folder, zipped, to the user under this name. */
  readonly save?: (name: string, zip: Blob) => void;
  /** Ends the engine after its last call; nothing can be called afterwards. */
  close(): Promise<void>;
}

export interface Host {
  connect<K extends keyof Engines>(kind: K): Connection<Engines[K]>;
}
