import { describe, expect, it } from "vitest";
import { downloadFailed, megabytes, wrongContent } from "../../../../src/learner/engine/downloads/download-errors.js";
import { Failure } from "../../../../src/learner/engine/downloads/download-failure.js";

const known = { url: "https://h/a.onnx", sha256: "ab12", bytes: 87_174_041 };
const unknown = { url: "https://h/a.onnx?key=secret" };
const advice = { byHand: "Take it by hand.", forget: "forget it" };

describe("messages", () => {
  it("say why, what to do, and how to do it by hand", () => {
    const cause = new Error("its own words");
    const failure = new Failure("the connection was cut", { remedy: "Check the network.", cause });
    const error = downloadFailed(known, failure, advice);
    expect(error.message).toBe(
      "Cannot download https://h/a.onnx: the connection was cut. Check the network. Take it by hand.",
    );
    expect(error.details).toEqual({ url: "https://h/a.onnx", reason: "the connection was cut" });
    expect(error.cause).toBe(cause);
    expect(downloadFailed(known, new Failure("gone"), advice).message).toContain("Try again later. Take it by hand.");
  });

  it("send nobody after what is not there", () => {
    const failure = new Failure("gone", { status: 404, remedy: "Look elsewhere." });
    const { message, details } = downloadFailed(known, failure, advice);
    expect(message).toBe("Cannot download https://h/a.onnx: gone. Look elsewhere.");
    expect(details).toMatchObject({ status: 404 });
  });

  it("do not show what a query says", () => {
    const errors = [downloadFailed(unknown, new Failure("gone"), advice), wrongContent(unknown, "1", "2", advice)];
    for (const { message, details } of errors) {
      expect(message).toContain("https://h/a.onnx?…");
      expect(message + JSON.stringify(details)).not.toContain("secret");
    }
  });

  it("tell a change from a falsification", () => {
    const changed = wrongContent(unknown, "1", "2", advice);
    expect(changed.message).toContain("its sha256 is 2, then it was 1");
    expect(changed.message).toContain("If the change is meant, forget it.");
    expect(changed.details).toEqual({ url: "https://h/a.onnx?…", expected: "1", received: "2" });
    const falsified = wrongContent(known, "1", "2", advice);
    expect(falsified.message).toContain("its sha256 is 2, it must be 1");
    expect(falsified.message).toMatch(/the server or something on the way changes the file\. Take it by hand\.$/);
  });

  it("give sizes in megabytes", () => {
    expect(megabytes(87_174_041)).toBe("87.2 MB");
  });
});
