import { afterEach, describe, expect, it, vi } from "vitest";
import { answerFailure, pageInstead, requestFailure } from "../../../../src/learner/browser/downloads/fetch-failure.js";

afterEach(() => void vi.unstubAllGlobals());

const cause = new TypeError("Failed to fetch");

describe("requestFailure", () => {
  it("explains what another site's server must say, as the cause may be that", () => {
    vi.stubGlobal("origin", "https://page.example");
    const { reason, facts } = requestFailure("https://models.example/a.onnx", cause);
    expect(reason).toBe("the browser got no answer, or keeps it from this page");
    expect(facts).toMatchObject({ passing: true, cause });
    expect(facts.remedy).toContain('"Access-Control-Allow-Origin: https://page.example" or "*" (CORS)');
    expect(facts.remedy).toContain("Content-Security-Policy");
  });

  it("does not of the page's own site", () => {
    vi.stubGlobal("origin", "https://page.example");
    const { facts } = requestFailure("https://page.example/a.onnx", cause);
    expect(facts).toMatchObject({ passing: true, remedy: "Check that the server runs." });
  });

  it("does not try again what the browser is offline for", () => {
    vi.stubGlobal("navigator", { onLine: false });
    const { reason, facts } = requestFailure("https://models.example/a.onnx", cause);
    expect(reason).toBe("the browser is offline");
    expect(facts.passing).toBeUndefined();
  });
});

describe("answers", () => {
  it("that end too early may be whole the next time; a page in a file's place stays one", () => {
    expect(answerFailure(12, cause)).toMatchObject({
      reason: "the connection was cut after 12 bytes",
      facts: { passing: true, cause },
    });
    expect(pageInstead().facts.passing).toBeUndefined();
    expect(pageInstead().facts.remedy).toContain("single-page apps");
  });
});
