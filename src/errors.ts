// The one error type of regraft. Every message says what happened, where, and what to do about it;
// `code` says which kind it is and `details` carries the facts the message was built from.

/** What each code carries. A code is a promise: callers switch on it, so it never changes its meaning. */
export interface ErrorDetails {
  /** An option or argument is not what it should be. */
  "invalid-argument": { name: string; expected: string; received: unknown };
  /** The bytes are not a readable ONNX model, or the model contradicts itself. */
  "invalid-model": { source: string; reason: string; node?: string };
  /** A sound ONNX model that regraft cannot train: a text model, an operator the runtime does not know. */
  "unsupported-model": { source: string; reason: string };
  /** Operators without a gradient rule: operator type → names of the nodes, all of them. */
  "unsupported-op": { ops: Readonly<Record<string, readonly string[]>> };
  /** No classifier could be cut off; `tried` says why each candidate was refused. */
  "no-classifier-found": { source: string; tried: readonly string[] };
  "model-not-found": { model: string; available: readonly string[] };
  /** The photos cannot be trained on as they are: none, one class, a class with too few. */
  "invalid-dataset": { source: string; reason: string };
  /** One image could not be decoded. */
  "unreadable-image": { image: string; reason: string };
  /** More photos were unreadable than `image.maxSkipped` allows. */
  "too-many-unreadable": { skipped: readonly { image: string; reason: string }[]; total: number };
  "file-access": { path: string; operation: "read" | "write" };
  /** No checkpoint of a folder can be read: there is none, or it is damaged, or of another version. */
  "invalid-checkpoint": { source: string; reason: string };
  /** A sound checkpoint of another learner: all that is not as it was, in sentences. */
  "checkpoint-mismatch": { source: string; differences: readonly string[] };
  /** A file could not be fetched; `status` is the server's, where it gave one. */
  "download-failed": { url: string; reason: string; status?: number };
  /** A file is not the one that is known by this address: its sha256, in hexadecimal, is another. */
  "checksum-mismatch": { url: string; expected: string; received: string };
  "device-unavailable": { device: string; available: readonly string[] };
  /** The device went away while it was at work. */
  "device-lost": { device: string; reason: string };
  /** Something would need more memory than its limit allows. */
  "memory-limit": { needed: number; limit: number };
  /** The training loss stopped being a finite number. */
  diverged: { step: number; lr: number };
  /** Another fit or range test of the same learner is still running. */
  busy: { running: string };
  disposed: { object: string };
  /** ONNX Runtime failed; its own error is the `cause`. */
  "runtime-failed": { operation: string };
  /** The worker died or could not be started. */
  "worker-failed": { reason: string };
}

export type ErrorCode = keyof ErrorDetails;

// `instanceof` fails between the ESM and the CJS copy of this package; a registered symbol does not.
const brand = Symbol.for("regraft.error");

export class RegraftError<C extends ErrorCode = ErrorCode> extends Error {
  override readonly name = "RegraftError";
  readonly [brand] = true;

  constructor(
    readonly code: C,
    readonly details: ErrorDetails[C],
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Whether `error` is regraft's own, of the given code when one is named; true across copies of the package. */
export function isRegraftError<C extends ErrorCode = ErrorCode>(error: unknown, code?: C): error is RegraftError<C> {
  if (typeof error !== "object" || error === null || !(brand in error)) return false;
  return code === undefined || (error as RegraftError).code === code;
}

/** The error for a wrong argument; `remedy` is appended when the expectation alone does not say what to do. */
export function invalidArgument(name: string, expected: string, received: unknown, remedy = ""): RegraftError {
  const message = `Expected ${expected} for ${name} but received ${describe(received)}.${remedy && ` ${remedy}`}`;
  return new RegraftError("invalid-argument", { name, expected, received: describe(received) }, message);
}

/** The first five of a list, and how many more there are: a file could fill a message with a million. */
export function listed(items: readonly string[], separator = ", "): string {
  const shown = items.slice(0, 5).join(separator);
  return items.length > 5 ? `${shown} and ${items.length - 5} more` : shown;
}

function describe(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value);
  if (typeof value === "function") return "a function";
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === "object" && value !== null) return `an object (${value.constructor?.name ?? "no prototype"})`;
  return String(value);
}

/** A failed assertion is a bug in regraft, not in the caller's input: it is outside `RegraftError` on purpose. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`regraft: internal assertion failed: ${message}`);
}
