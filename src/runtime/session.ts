// What the rest of regraft knows of a runtime: sessions that run a model on tensors. Implemented once per platform.
import type { Tensor } from "../tensor.js";
import type { DeviceName } from "./devices.js";

export interface Session {
  /** Names of the model's inputs and outputs, in its order. */
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /** Shapes of the outputs as far as the runtime knows them without a run: open sizes are strings. */
  readonly outputShapes: readonly (readonly (number | string)[])[];
  /** Runs the model. Outputs belong to the caller. */
  run(feeds: Readonly<Record<string, Tensor>>): Promise<Readonly<Record<string, Tensor>>>;
  /** Gives the model's memory back; the session is unusable afterwards. */
  release(): Promise<void>;
}

export interface SessionOptions {
  readonly device: DeviceName;
  /** Threads inside one operator; absent: the runtime's own choice, one per physical core. */
  readonly threads?: number;
  /** For a session that is run only once: it loads faster and takes less memory, but runs slower. Default false. */
  readonly once?: boolean;
}

export interface Runtime {
  /** Devices that can be used here, best first. */
  devices(): readonly DeviceName[];
  /** @param source names the model in errors. */
  createSession(model: Uint8Array, source: string, options: SessionOptions): Promise<Session>;
}
