// Why ONNX Runtime for the web could not be started: browsers and the runtime tell the cause in words of their own, if at
// all.
import { RegraftError } from "../errors.js";
import { wordsOf } from "./ort-session.js";

/** What the runtime says when its WebAssembly could not be had. */
export const isNotStarted = (cause: unknown): boolean => /no available backend found/.test(wordsOf(cause));

/** @param wasmPaths where its files are served, if the caller said so. */
export async function notStarted(cause: unknown, wasmPaths: string | undefined): Promise<RegraftError> {
  // The runtime's own: a prefix, then what the browser says.
  const words = wordsOf(cause).replace(/^.*?Aborted\((.*?)\.?\)\. Build with.*$/s, "$1");
  const where = wasmPaths === undefined ? "where its JavaScript is" : `in ${wasmPaths}`;
  const serve =
    `Serve the .wasm files of onnxruntime-web's dist/ ${where}, as application/wasm, or say with the option wasmPaths ` +
    "where they are.";
  const [reason, remedy] = /Content.Security.Policy/i.test(words)
    ? [
        "the Content-Security-Policy that is sent with the worker's script forbids it",
        "Add 'wasm-unsafe-eval' to its script-src.",
      ]
    : [await reasonOf(words), serve];
  return unavailable(`ONNX Runtime's WebAssembly could not be started: ${reason}. ${remedy}`, cause);
}

/** The file is asked for once more: what was wrong with the answer is told nowhere else. */
async function reasonOf(words: string): Promise<string> {
  const fetched = performance.getEntriesByType("resource").map(({ name }) => name);
  const file = fetched.filter((name) => /\.wasm($|[?#])/.test(name)).at(-1);
  if (file === undefined) return words;
  const response = await fetch(file).catch(() => undefined);
  await response?.body?.cancel();
  if (!response) return `${file} cannot be fetched (${words})`;
  if (!response.ok) return `the server answers with status ${response.status} for ${file}`;
  if (/^text\/html\b/i.test(response.headers.get("content-type") ?? ""))
    return `the server gives a web page instead of ${file}`;
  return `${file} is damaged (${words})`;
}

/** @param file what was tried after the package's name. */
export const notFound = (file: string, cause: unknown): RegraftError =>
  unavailable(
    `ONNX Runtime's JavaScript could not be loaded: there is no package onnxruntime-web, and ${file} is missing or no ` +
      "script. Install onnxruntime-web, or say with the option wasmPaths where the files of its dist/ are served.",
    cause,
  );

const unavailable = (message: string, cause: unknown): RegraftError =>
  new RegraftError("device-unavailable", { device: "wasm", available: [] }, message, { cause });
