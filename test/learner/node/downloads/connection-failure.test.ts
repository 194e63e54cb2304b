import { describe, expect, it } from "vitest";
import { connectionFailure } from "../../../../src/learner/node/downloads/connection-failure.js";

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
