// Options that are about where things lie: the one difference between Node and browsers that a caller sees.
import { invalidArgument } from "../errors.js";

export interface PlatformOptions {
  /**
   * The worker's file, for bundlers that move it; default: the one beside this file. In Node `false` works in the calling
   * thread, which then blocks: for callers that are in a worker themselves.
   */
  readonly worker?: URL | string | false;
  /** In a browser: where the package's folder `models/` is served; default: beside the folder of the worker's file. */
  readonly models?: URL | string;
  /** In a browser: where the files of onnxruntime-web's `dist/` are served; default: where the bundler, or npm, put them. */
  readonly wasmPaths?: URL | string;
}

/** Parts the platform's own options from all others, and checks them. */
export function platformOptions<O extends object>(
  options: O & PlatformOptions,
): [PlatformOptions, Omit<O, keyof PlatformOptions>] {
  const { worker, models, wasmPaths, ...rest } = options ?? {};
  if (worker !== undefined && worker !== false) checkPlace("worker", "the worker's file", worker);
  if (models !== undefined) checkPlace("models", "the folder models/", models);
  if (wasmPaths !== undefined) checkPlace("wasmPaths", "the folder of onnxruntime-web's files", wasmPaths);
  const given = {
    ...(worker !== undefined && { worker }),
    ...(models !== undefined && { models }),
    ...(wasmPaths !== undefined && { wasmPaths }),
  };
  return [given, rest as Omit<O, keyof PlatformOptions>];
}

function checkPlace(name: string, what: string, value: unknown): void {
  if ((typeof value !== "string" || value === "") && !(value instanceof URL))
    throw invalidArgument(name, `the URL or path of ${what}`, value);
}
