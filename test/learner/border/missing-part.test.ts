import { describe, expect, it } from "vitest";
import { RegraftError } from "../../../src/errors.js";
import { missingPart } from "../../../src/learner/border/missing-part.js";

describe("missingPart", () => {
  it.each([
    "Failed to fetch dynamically imported module: https://x.test/browser-export.js",
    "error loading dynamically imported module: https://x.test/browser-export.js",
    "Importing a module script failed.",
  ])("knows it by a browser's words: %s", (words) => {
    const cause = new TypeError(words);
    const error = missingPart(cause)!;
    expect(error).toBeInstanceOf(RegraftError);
    expect({ ...error, cause: error.cause }).toMatchObject({ code: "worker-failed", cause });
    expect(error.details).toEqual({ reason: "a part of regraft could not be loaded" });
    expect(error.message).toBe(
      `A part of regraft could not be loaded (${words}). Check the connection, and that all files of the package's dist/ ` +
        "are served, of one version; then create a new learner.",
    );
  });

  it("leaves all else alone", () => {
    expect(missingPart(new TypeError("x is not a function"))).toBe(undefined);
    expect(missingPart(new Error("Failed to fetch dynamically imported module"))).toBe(undefined);
    expect(missingPart("Importing a module script failed")).toBe(undefined);
  });
});
