import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cliHere, lastLine } from "../../helpers/cli-here.js";
import { textModel, tinyModel } from "../../helpers/odd-models.js";
import { temporaryFolder } from "../../helpers/temporary.js";

const folder = temporaryFolder();
const saved = (name: string, bytes: Uint8Array): string => {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
};
const tiny = saved("tiny.onnx", tinyModel());
const text = saved("text.onnx", textModel());

describe("regraft inspect", () => {
  it("tells one fact a line", async () => {
    const { code, stdout, stderr } = await cliHere(["inspect", tiny]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout.trimEnd().split("\n")).toEqual([
      `model         ${tiny}`,
      "licence       not stated",
      "producer      tests 7",
      "opset         ai.onnx 17",
      "input         image float32 [batch, 3, 8, 8]",
      "output        logits float32 [batch, 2]",
      "operators     Flatten 1, GlobalAveragePool 1, MatMul 1",
      "parameters    6",
      "  frozen      0",
      "  classifier  6, replaced by a new head on 3 features",
      'cut           MatMul "dense" turns the 3 features of "features" into 2 classes and is the last dense layer before "logits"',
      "photos        shortest edge 9 (bilinear), centre 8×8, mean 0.485 0.456 0.406, std 0.229 0.224 0.225; nothing says how photos are to be prepared, so ImageNet's usual mean, std and crop are taken",
    ]);
  });

  it("tells what it can of a model that cannot be cut, why not, and ends with 1", async () => {
    const { code, stdout, stderr } = await cliHere(["inspect", text, "--json"]);
    expect(code).toBe(1);
    expect(stderr).toContain("input       input_ids int64 [batch]\n");
    expect(stderr).toMatch(/^error: .*text\.onnx is not an image model: .*\[unsupported-model\]$/m);
    expect(lastLine(stdout)).toMatchObject({
      name: text,
      opsets: { "": 17 },
      parameters: 12,
      error: { code: "unsupported-model" },
    });
  });

  it("ends with 1 where there is no model", async () => {
    const { code, stdout } = await cliHere(["inspect", join(folder, "no.onnx"), "--json"]);
    expect(code).toBe(1);
    expect(lastLine(stdout)).toMatchObject({ error: { code: "file-access" } });
  });
});
