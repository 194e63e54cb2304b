// JSON texts of a model: of its folder, or of its metadata.
import { RegraftError } from "../../../errors.js";

/**
 * The object that `text` describes. Its fields are the text's claim, not checked here.
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
