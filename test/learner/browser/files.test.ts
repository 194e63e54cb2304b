import { describe, expect, it } from "vitest";
import { browserFiles } from "../../../src/learner/browser/files.js";
import { refusal } from "../../helpers/refusal.js";

describe("browserFiles", () => {
  it("has nothing at any path", async () => {
    for (const path of ["photos", "model.onnx", "/", ""]) expect(await browserFiles.kind(path)).toBeUndefined();
  });

  it("refuses to read, and says what a model can be", async () => {
    const parts = [
      "Cannot read pets/model.onnx: a page in a browser has no folders",
      "https://",
      "hf:owner/name",
      "bytes",
    ];
    const { details } = await refusal(() => browserFiles.read("pets/model.onnx"), "file-access", ...parts);
    expect(details).toEqual({ path: "pets/model.onnx", operation: "read" });
    await refusal(
      () => browserFiles.readBeside("model.onnx", "model.onnx_data"),
      "file-access",
      "read model.onnx_data",
    );
  });

  it("refuses to write", async () => {
    const call = () => browserFiles.writeFolder("pets", new Map());
    const { details } = await refusal(call, "file-access", "Cannot write pets", "downloads");
    expect(details).toEqual({ path: "pets", operation: "write" });
  });
});
