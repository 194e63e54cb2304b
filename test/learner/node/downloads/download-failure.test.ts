import { describe, expect, it } from "vitest";
import { connectionFailure, statusFailure } from "../../../../src/learner/node/downloads/download-failure.js";

const coded = (code: string, message = "words", options?: ErrorOptions) =>
  Object.assign(new Error(message, options), { code });

describe("connectionFailure", () => {
  it.each([
    ["ENOTFOUND", "no network"],
    ["EAI_AGAIN", "no network"],
    ["ECONNREFUSED", "refused"],
    ["ECONNRESET", "cut"],
    ["UND_ERR_SOCKET", "cut"],
    ["ETIMEDOUT", "does not answer"],
  ])("%s may pass", (code, words) => {
    const { reason, facts } = connectionFailure(coded(code));
    expect(reason).toContain(words);
    expect(facts).toMatchObject({ passing: true, remedy: expect.stringContaining("HTTPS_PROXY") });
  });

  it.each(["SELF_SIGNED_CERT_IN_CHAIN", "CERT_HAS_EXPIRED", "UNABLE_TO_VERIFY_LEAF_SIGNATURE"])(
    "%s does not pass",
    (code) => {
      const { reason, facts } = connectionFailure(coded(code));
      expect(reason).toContain(code);
      expect(facts.passing).toBeUndefined();
      expect(facts.remedy).toContain("NODE_EXTRA_CA_CERTS");
    },
  );

  it("looks under wrappers, and keeps the words of what it does not know", () => {
    expect(connectionFailure(new AggregateError([coded("ECONNREFUSED")])).reason).toContain("refused");
    expect(connectionFailure(new Error("fetch failed", { cause: coded("ECONNRESET") })).reason).toContain("cut");
    const tunnel = coded("UND_ERR_ABORTED", "Proxy response (403) !== 200 when HTTP Tunneling");
    expect(connectionFailure(tunnel).reason).toContain("Proxy response (403)");
  });
});

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
    expect(statusFailure(status, undefined)).toMatchObject({ facts: { status, passing } });
  });

  it("says what to do of private and of missing files", () => {
    for (const status of [401, 403]) expect(statusFailure(status, undefined).facts.remedy).toContain("HF_TOKEN");
    expect(statusFailure(404, undefined).reason).toBe("the server answers 404 (there is no such file)");
    expect(statusFailure(418, undefined).reason).toBe("the server answers 418");
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
    expect(statusFailure(429, text, 10_000).facts.retryAfter).toBe(wait);
  });
});
