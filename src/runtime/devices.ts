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
}
