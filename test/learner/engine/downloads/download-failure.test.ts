import { describe, expect, it } from "vitest";
import {
  mostBytes,
  otherSize,
  statusFailure,
  tooLarge,
  tooLittle,
  tooMuch,
} from "../../../../src/learner/engine/downloads/download-failure.js";

/** At ten seconds past 1970. */
const refused = (status: number, retryAfter?: string) =>
  statusFailure({ status, retryAfter, gated: "Ask for it." }, 10_000);

describe("statusFailure", () => {
  it.each([
    [500, true],
    [503, true],
    [429, true],
    [408, true],
    [400, false],
    [401, false],
    [403, false],
    [404, false],
    [410, false],
  ])("%d: may pass is %s", (status, passing) => {
    expect(refused(status)).toMatchObject({ facts: { status, passing } });
  });

  it("says what to do of private and of missing files", () => {
    for (const status of [401, 403]) expect(refused(status).facts.remedy).toBe("Ask for it.");
    expect(refused(404).reason).toBe("the server answers 404 (there is no such file)");
    expect(refused(418).reason).toBe("the server answers 418");
  });

  it.each([
    ["3", 3000],
    ["0", 0],
    ["Thu, 01 Jan 1970 00:01:00 GMT", 50_000],
    ["Thu, 01 Jan 1970 00:00:01 GMT", 0],
    ["soon", undefined],
    ["-5", undefined],
    [undefined, undefined],
  ])("reads Retry-After %j", (text, wait) => {
    expect(refused(429, text).facts.retryAfter).toBe(wait);
  });
});

describe("sizes", () => {
  it("that are wrong do not pass, unless something is missing", () => {
    expect(mostBytes).toBe(2_147_483_648);
    expect(tooLittle(11, 12)).toMatchObject({ reason: "only 11 of 12 bytes came", facts: { passing: true } });
    expect(tooMuch(10).reason).toBe("the server sends more than the 10 bytes that it should be");
    expect(tooLarge(2 ** 32).reason).toBe("it has 4294967296 bytes, more than the 2147483648 that are allowed");
    const other = otherSize(700, 9000);
    expect(other.reason).toBe("the server has a file of 700 bytes, this one has 9000");
    expect(other.facts.remedy).toContain("a page to log in at");
    for (const { facts } of [tooMuch(10), tooLarge(2 ** 32), other]) expect(facts.passing).toBeUndefined();
  });
});
