// The devices that a user can name: an execution provider of ONNX Runtime each, of the same name.

export type DeviceName = "cuda" | "dml" | "coreml" | "webgpu" | "cpu" | "wasm";

/** "auto" is the best device that works. */
export type Device = DeviceName | "auto";

/** A device as a caller asks for it. */
export interface DeviceRequest {
  readonly name: Device;
  readonly threads: number | undefined;
}

/** A device that this platform knows. Reasons are sentences without a full stop. */
export interface DeviceOffer {
  readonly name: DeviceName;
  /** Why it cannot be used here; absent: it may work. */
  readonly problem?: string;
  /** Why "auto" does not even try it. */
  readonly passedOver?: string;
  /** What has to be known of how it computes here, where it does. */
  readonly remark?: string;
}

/**
 * Whether it has the kernels that the host has: WASM is the host, in a browser. What DirectML and Core ML lack goes to the
 * host; nothing is known of them here.
 */
export const hasHostKernels = (device: DeviceName): boolean => device !== "cuda" && device !== "webgpu";

/** Whether it runs a Loop itself, see operators.ts. */
export const hasLoop = (device: DeviceName): boolean => device !== "webgpu";
