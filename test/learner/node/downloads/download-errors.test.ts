import { describe, expect, it } from "vitest";
import {
  damagedContent,
  downloadFailed,
  downloadForbidden,
  notKept,
  wrongContent,
} from "../../../../src/learner/node/downloads/download-errors.js";
import { Failure } from "../../../../src/learner/node/downloads/download-failure.js";
import { refusal } from "../../../helpers/refusal.js";

const known = { url: "https://h/a.onnx", sha256: "ab12", bytes: 87_174_041, path: "/cache/h/a.onnx" };
const unknown = { url: "https://h/a.onnx?key=secret", path: "/cache/h/a.onnx" };

describe("messages", () => {
  it("say why, what to do, and how to do it by hand", () => {
    const cause = new Error("its own words");
    const error = downloadFailed(known, new Failure("the connection was cut", { remedy: "Check the network.", cause }));
    expect(error.message).toBe(
      "Cannot download https://h/a.onnx: the connection was cut. Check the network. By hand: download " +
        "https://h/a.onnx (87.2 MB, sha256 ab12) and save it as /cache/h/a.onnx, or give the path of your copy as the model.",
    );
    expect(error.details).toEqual({ url: "https://h/a.onnx", reason: "the connection was cut" });
    expect(error.cause).toBe(cause);
  });

  it("send nobody after what is not there", () => {
    const { message, details } = downloadFailed(known, new Failure("gone", { status: 404, remedy: "Look elsewhere." }));
    expect(message).toBe("Cannot download https://h/a.onnx: gone. Look elsewhere.");
    expect(details).toMatchObject({ status: 404 });
  });

  it("do not show what a query says", () => {
    const errors = [
      downloadFailed(unknown, new Failure("gone")),
      downloadForbidden(unknown, "REGRAFT_OFFLINE"),
      wrongContent(unknown, "1", "2"),
      damagedContent(unknown, "1", "2", "REGRAFT_OFFLINE"),
    ];
    for (const { message, details } of errors) {
      expect(message).toContain("https://h/a.onnx?…");
      expect(message + JSON.stringify(details)).not.toContain("secret");
    }
  });

  it("tell a change from a falsification", () => {
    expect(wrongContent(unknown, "1", "2").message).toContain("remove /cache/h/a.onnx.sha256");
    expect(wrongContent(known, "1", "2").message).toContain("the server or something on the way changes the file");
  });

  it("say how much room is needed", async () => {
    const full = Object.assign(new Error("ENOSPC: no space"), { code: "ENOSPC" });
    await refusal(() => notKept(known, full), "file-access", "the disk is full", "Make room for 87.2 MB", known.path);
    await refusal(() => notKept(unknown, full), "file-access", "Make room, or set REGRAFT_CACHE");
  });
});
