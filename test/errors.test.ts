import { describe, expect, it } from "vitest";
import { assert, invalidArgument, isRegraftError, listed, RegraftError } from "../src/errors.js";

describe("RegraftError", () => {
  const cause = new Error("the runtime's own words");
  const error = new RegraftError("diverged", { step: 3, lr: 0.5 }, "The loss is gone.", { cause });

  it("carries code, details, message and cause", () => {
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: "RegraftError", code: "diverged", details: { step: 3, lr: 0.5 }, cause });
    expect(String(error)).toBe("RegraftError: The loss is gone.");
  });
});

describe("isRegraftError", () => {
  const error = new RegraftError("disposed", { object: "learner" }, "gone");

  it("asks for the code when one is named", () => {
    expect(isRegraftError(error)).toBe(true);
    expect(isRegraftError(error, "disposed")).toBe(true);
    expect(isRegraftError(error, "busy")).toBe(false);
  });

  it("knows the errors of another copy of the package", () => {
    const fromAnotherCopy = Object.assign(new Error("gone"), {
      code: "disposed",
      [Symbol.for("regraft.error")]: true,
    });
    expect(fromAnotherCopy).not.toBeInstanceOf(RegraftError);
    expect(isRegraftError(fromAnotherCopy, "disposed")).toBe(true);
  });

  it.each([undefined, null, "disposed", 1, new Error("x"), { code: "disposed" }])("refuses %s", (value) => {
    expect(isRegraftError(value)).toBe(false);
  });
});

describe("invalidArgument", () => {
  const received = (value: unknown) =>
    (invalidArgument("lr", "a rate", value) as RegraftError<"invalid-argument">).details.received;

  it("says what was expected where, what came, and what to do", () => {
    const error = invalidArgument("lr", "a positive rate", -1, "lrFind() suggests one.");
    expect(error.message).toBe("Expected a positive rate for lr but received -1. lrFind() suggests one.");
    expect(error).toMatchObject({
      code: "invalid-argument",
      details: { name: "lr", expected: "a positive rate", received: "-1" },
    });
    expect(invalidArgument("lr", "a rate", 0).message).toBe("Expected a rate for lr but received 0.");
  });

  it.each([
    ["fast", '"fast"'],
    ["x".repeat(100), `"${"x".repeat(80)}…"`],
    [[1, 2, 3], "an array of 3"],
    [new Map(), "an object (Map)"],
    [Object.create(null), "an object (no prototype)"],
    [() => "a long source", "a function"],
    [undefined, "undefined"],
    [null, "null"],
    [Number.NaN, "NaN"],
    [Symbol("s"), "Symbol(s)"],
  ])("describes %s in a few words, as text that can be sent to another thread", (value, text) => {
    expect(received(value)).toBe(text);
  });
});

describe("listed", () => {
  it("shows five, and counts the others", () => {
    const names = Array.from({ length: 1000 }, (_, i) => `n${i}`);
    expect(listed(names)).toBe("n0, n1, n2, n3, n4 and 995 more");
    expect(listed(names.slice(0, 5), "; ")).toBe("n0; n1; n2; n3; n4");
    expect(listed([])).toBe("");
  });
});

describe("assert", () => {
  it("throws what is no RegraftError: a failed assertion is a bug of ours", () => {
    expect(() => assert(1, "one holds")).not.toThrow();
    const failing = () => assert(0, "zero holds");
    expect(failing).toThrow("regraft: internal assertion failed: zero holds");
    try {
      failing();
    } catch (error) {
      expect(isRegraftError(error)).toBe(false);
    }
  });
});
