import { describe, expect, it } from "vitest";
import {
  adviceFor,
  damagedContent,
  downloadForbidden,
  notKept,
} from "../../../../src/learner/node/downloads/download-errors.js";
import { refusal } from "../../../helpers/refusal.js";

const known = { url: "https://h/a.onnx", sha256: "ab12", bytes: 87_174_041, path: "/cache/h/a.onnx" };
const unknown = { url: "https://h/a.onnx?key=secret", path: "/cache/h/a.onnx" };

describe("messages", () => {
  it("say how to do it by hand, and how to forget what was", () => {
    expect(adviceFor(known)).toEqual({
      byHand:
        "By hand: download https://h/a.onnx (87.2 MB, sha256 ab12) and save it as /cache/h/a.onnx, " +
        "or give the path of your copy as the model.",
      forget: "remove /cache/h/a.onnx.sha256",
    });
    expect(adviceFor(unknown).byHand).toContain("download https://h/a.onnx?… and save");
  });

  it("do not show what a query says", () => {
    const errors = [
      downloadForbidden(unknown, "REGRAFT_OFFLINE"),
      damagedContent(unknown, "1", "2", "REGRAFT_OFFLINE"),
    ];
    for (const { message, details } of errors) {
      expect(message).toContain("https://h/a.onnx?…");
      expect(message + JSON.stringify(details)).not.toContain("secret");
    }
  });

  it("say how much room is needed", async () => {
    const full = Object.assign(new Error("ENOSPC: no space"), { code: "ENOSPC" });
    await refusal(() => notKept(known, full), "file-access", "the disk is full", "Make room for 87.2 MB", known.path);
    await refusal(() => notKept(unknown, full), "file-access", "Make room, or set REGRAFT_CACHE");
  });
});
