// What the rest of regraft knows of a runtime: sessions that run a model on tensors. Implemented once per platform.
import type { DType, Tensor } from "../tensor.js";
import type { DeviceName, DeviceOffer } from "./devices.js";

/** A tensor where the device computes: in its own memory, where it has any. */
export interface DeviceTensor {
  readonly dtype: DType;
  readonly shape: readonly number[];
  read(): Promise<Tensor>;
  /** Gives its memory back; it is unusable afterwards. */
  release(): void;
}

export type Feeds = Readonly<Record<string, Tensor | DeviceTensor>>;

export interface Session {
  /** Names of the model's inputs and outputs, in its order. */
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /** Shapes of the outputs as far as the runtime knows them without a run: open sizes are strings. */
  readonly outputShapes: readonly (readonly (number | string)[])[];
  /** Runs the model. Outputs belong to the caller. */
  run(feeds: Feeds): Promise<Readonly<Record<string, Tensor>>>;
  /** The same, and outputs stay where the device computes: for sessions that were made so. */
  runOnDevice(feeds: Feeds): Promise<Readonly<Record<string, DeviceTensor>>>;
  /** Gives the model's memory back; the session is unusable afterwards. */
  release(): Promise<void>;
}

export interface SessionOptions {
  readonly device: DeviceName;
  /** Threads inside one operator; absent: the runtime's own choice, one per physical core. */
  readonly threads?: number;
  /** For a session that is run only once: it loads faster and takes less memory, but runs slower. Default false. */
  readonly once?: boolean;
  /** Whether it is for `runOnDevice`. Default false. */
  readonly onDevice?: boolean;
}

export interface Runtime {
  /** In the order in which "auto" tries them. The last one always works. */
  devices(): Promise<readonly DeviceOffer[]>;
  /** @param source names the model in errors. */
  createSession(model: Uint8Array, source: string, options: SessionOptions): Promise<Session>;
  /** For sessions on this device. */
  upload(tensor: Tensor, device: DeviceName): Promise<DeviceTensor>;
}
