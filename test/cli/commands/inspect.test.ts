import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { Interrupted } from "../../../src/cli/signals.js";
import { nodeDownloads } from "../../../src/learner/node/downloads/downloads.js";
import { cliHere, lastLine, platform } from "../../helpers/cli-here.js";
import { filesAt, startServer } from "../../helpers/model-server.js";
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
      `model       ${tiny}`,
      "licence     not stated",
      "producer    tests 7",
      "opset       ai.onnx 17",
      "input       image float32 [batch, 3, 8, 8]",
      "output      logits float32 [batch, 2]",
      "operators   Flatten 1, GlobalAveragePool 1, MatMul 1",
      "parameters  6",
      "  group 0   all: 0 in 2 operators",
      "  group 1   a new head on 3 features, in place of a classifier of 6",
      'cut         MatMul "dense" makes 2 classes and is the last layer before "logits"; in its place a new head gets the 3 features of "features"',
      "photos      shortest edge 9 (bilinear), centre 8×8, mean 0.485 0.456 0.406, std 0.229 0.224 0.225; nothing says how photos are to be prepared, so ImageNet's usual mean, std and crop are taken",
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

  it("cuts where it is told, and for the head it is told of", async () => {
    const { stdout } = await cliHere(["inspect", tiny, "--cut", "pooled"]);
    expect(stdout).toMatch(
      /^cut .*the option `cut` names "pooled"; a new head gets the 3 channels of "pooled", averaged$/m,
    );
    const wrong = await cliHere(["inspect", tiny, "--cut", "elsewhere"]);
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toContain("has no such value");
    const { stdout: fastai } = await cliHere(["inspect", "efficientnet-lite0", "--head", "fastai"]);
    expect(fastai).toMatch(/^cut .*gets means and maxima of the 1280 channels of ".*", the last feature map$/m);
    expect(fastai).toMatch(/^ {2}group 4 +7×7: 2,670,240 in \d+ operators$/m);
    expect(fastai).toMatch(/^ {2}group 5 +a new head on 2560 features, in place of a classifier of 1,281,000$/m);
  });

  it("ends with 1 where there is no model", async () => {
    const { code, stdout } = await cliHere(["inspect", join(folder, "no.onnx"), "--json"]);
    expect(code).toBe(1);
    expect(lastLine(stdout)).toMatchObject({ error: { code: "file-access" } });
  });

  it("fetches what is elsewhere, and says what is remembered of it", async () => {
    const server = await startServer(filesAt({ "/tiny.onnx": tinyModel() }));
    const here = { ...platform, downloads: nodeDownloads({ REGRAFT_CACHE: temporaryFolder() }) };
    const url = `${server.url}/tiny.onnx`;
    const { code, stdout, stderr } = await cliHere(["inspect", url], undefined, here);
    expect(stderr).toMatch(
      new RegExp(`^note: sha256 [0-9a-f]{64} of ${url} is remembered; later downloads must match$`, "m"),
    );
    expect(stdout).toContain(`model       ${url}\n`);
    expect(code).toBe(0);
    expect((await cliHere(["inspect", url], undefined, here)).stderr).toBe("");
  });

  it("stops a download when it is interrupted", async () => {
    const server = await startServer(() => {});
    const here = { ...platform, downloads: nodeDownloads({ REGRAFT_CACHE: temporaryFolder() }) };
    const controller = new AbortController();
    const running = cliHere(["inspect", `${server.url}/tiny.onnx`], controller.signal, here);
    await setTimeout(300);
    const begun = performance.now();
    controller.abort(new Interrupted("SIGINT"));
    expect((await running).code).toBe(130);
    expect(performance.now() - begun).toBeLessThan(200);
  });
});
