import { describe, expect, it } from "vitest";
import { RegraftError } from "../../../../src/errors.js";
import {
  checkpointMismatch,
  invalidCheckpoint,
  notWritten,
  otherPhotos,
} from "../../../../src/learner/engine/checkpoint/refusals.js";

describe("invalidCheckpoint", () => {
  it("says where, why, and what to do if there is something", () => {
    const error = invalidCheckpoint("here", "it is empty", "Train again.");
    expect(error.message).toBe("Cannot load the checkpoint here: it is empty. Train again.");
    expect(error.details).toEqual({ source: "here", reason: "it is empty" });
    expect(invalidCheckpoint("here", "it is empty").message).toBe("Cannot load the checkpoint here: it is empty.");
  });
});

describe("checkpointMismatch", () => {
  it("names all that is different, in the message the first five", () => {
    const differences = Array.from({ length: 6 }, (_, i) => `thing ${i}`);
    const { message, details } = checkpointMismatch("here", differences);
    expect(details.differences).toEqual(differences);
    expect(message).toContain("thing 0; thing 1; thing 2; thing 3; thing 4 and 1 more. Make the learner");
  });
});

describe("otherPhotos", () => {
  it("says what to do about photos", () => {
    const { message } = otherPhotos("here", ["1 photo gone: a.png"]);
    expect(message).toContain("1 photo gone: a.png. Put the photos back as they were, or train anew");
  });
});

describe("notWritten", () => {
  it("keeps the facts of a failure to write, and says what is not lost", () => {
    const full = new RegraftError(
      "file-access",
      { path: "a/b", operation: "write" },
      "Cannot write a/b: the disk is full.",
    );
    const error = notWritten("a", full) as RegraftError;
    expect(error).toMatchObject({ code: "file-access", details: full.details, cause: full });
    expect(error.message).toMatch(
      /^No checkpoint could be written to a: Cannot write a\/b: the disk is full\. .*save\(\) it/,
    );
  });

  it("leaves other errors alone", () => {
    const error = new Error("enough");
    expect(notWritten("a", error)).toBe(error);
  });
});
