// JSON files of a model folder.
import { RegraftError } from "../../errors.js";
import type { Files } from "./platform.js";

/**
 * The object in a JSON file, or nothing when there is no such file. Its fields are the file's claim, not checked here.
 * @throws RegraftError "invalid-model" when it is no JSON object, "file-access"
 */
export async function readJson<T extends object>(files: Files, path: string): Promise<Partial<T> | undefined> {
  if ((await files.kind(path)) !== "file") return undefined;
  return parseJson<T>(new TextDecoder().decode(await files.read(path)), path);
}

/**
 * The object that `text` describes.
 * @param source names the text in errors.
 * @throws RegraftError "invalid-model" when it is no JSON object
 */
export function parseJson<T extends object>(text: string, source: string): Partial<T> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Partial<T>;
  } catch {
    // Falls through to the one error for all that is not an object.
  }
  throw new RegraftError(
    "invalid-model",
    { source, reason: "it is not a JSON object" },
    `${source} is not a JSON object. Write the model's folder again.`,
  );
}
