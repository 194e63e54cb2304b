// A model from elsewhere, all the way: fetched, cut, trained on; through a port, as behind a worker.
import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { imageList } from "../../src/datasets/image-list.js";
import type { Progress } from "../../src/learner/border/events.js";
import { createLearnerOn } from "../../src/learner/create-learner.js";
import { loadClassifierOn } from "../../src/learner/load-classifier.js";
import { nodeDownloads } from "../../src/learner/node/downloads/downloads.js";
import { writeModel } from "../../src/onnx/write.js";
import { type Answer, filesAt, sendFile, startServer } from "../helpers/model-server.js";
import { refusal } from "../helpers/refusal.js";
import { temporaryFolder } from "../helpers/temporary.js";
import { tinyModel } from "../helpers/tiny-network.js";
import { colourItems, portHost, tinyPlatform } from "../helpers/tiny-platform.js";

const root = temporaryFolder();
const data = imageList(colourItems(4));
const model = writeModel(tinyModel({ size: 4 }));
const prepared = JSON.stringify({
  image_processor_type: "ViTImageProcessor",
  size: { height: 4, width: 4 },
  resample: 2,
  image_mean: [0.5, 0.5, 0.5],
  image_std: [1, 1, 1],
});

/** A server, and a host with an empty cache whose hub that is. */
async function serve(answer: Answer, env: Readonly<Record<string, string>> = {}) {
  const server = await startServer(answer);
  const cache = mkdtempSync(join(root, "cache-"));
  const variables = { REGRAFT_CACHE: cache, HF_ENDPOINT: server.url, ...env };
  const platform = tinyPlatform({ downloads: nodeDownloads(variables, { pause: 1 }) });
  return { server, host: portHost(platform), platform };
}

describe("createLearner with a model from elsewhere", () => {
  it("fetches, trains, tells how far it has come and what is remembered; the second time it has it", async () => {
    const files = { "/a/tiny.onnx": model, "/a/preprocessor_config.json": prepared };
    const { server, host } = await serve(filesAt(files));
    const url = `${server.url}/a/tiny.onnx`;
    const progress: Progress[] = [];
    const onProgress = (event: Progress) => progress.push(event);
    const learner = await createLearnerOn(host, { model: url, data, batchSize: 4, onProgress });
    expect(learner.info).toMatchObject({ model: url, features: 3 });
    expect(learner.info.reasons.transform).toBe("the preprocessor_config.json beside it says so");
    expect(learner.info.notices).toEqual([
      expect.stringMatching(`^sha256 [0-9a-f]{64} of ${url} is remembered; later downloads must match$`),
      expect.stringContaining("preprocessor_config.json is remembered"),
    ]);
    expect(progress).toContainEqual({ phase: "download", done: model.length, total: model.length });
    expect(await learner.fit(1, 0.1)).toHaveLength(1);
    await learner.dispose();

    await server.close();
    const again = await createLearnerOn(host, { model: url, data });
    expect(again.info.notices).toEqual([]);
    await again.dispose();
  });

  it("stops a download within 200 ms, and goes on with it the next time", async () => {
    const padded = writeModel({ ...tinyModel({ size: 4 }), metadata: { note: "x".repeat(3_000_000) } });
    const { server, host } = await serve((request, response) => {
      if (request.url !== "/tiny.onnx") response.writeHead(404).end();
      else if (request.headers.range) sendFile(request, response, padded);
      else {
        response.writeHead(200, { "content-length": padded.length, etag: '"1"' });
        response.write(padded.subarray(0, 2_000_000));
      }
    });
    const image = { resize: { height: 4, width: 4 }, mean: [0, 0, 0], std: [1, 1, 1] } as const;
    const options = { model: `${server.url}/tiny.onnx`, data, image };
    const controller = new AbortController();
    const opening = createLearnerOn(host, { ...options, signal: controller.signal });
    await setTimeout(500);
    const begun = performance.now();
    controller.abort(new Error("enough"));
    await expect(opening).rejects.toThrow("enough");
    expect(performance.now() - begun).toBeLessThan(200);
    const learner = await createLearnerOn(host, options);
    await learner.dispose();
    expect(server.ranges().slice(0, 2)).toEqual([undefined, "bytes=2000000-"]);
  });

  it("says what can be done where there is no network", async () => {
    const { host, server } = await serve(filesAt({}), { REGRAFT_OFFLINE: "1" });
    const parts = [
      "REGRAFT_OFFLINE",
      "By hand: download https://huggingface.co/o/n/resolve/main/onnx/model.onnx",
      root,
    ];
    await refusal(() => createLearnerOn(host, { model: "hf:o/n", data }), "download-failed", ...parts);
    expect(server.requests).toHaveLength(0);
  });

  it("refuses a progress function that is none", async () => {
    const { host } = await serve(filesAt({}));
    const call = () => createLearnerOn(host, { model: "tiny", data, onProgress: 1 as never });
    await refusal(call, "invalid-argument", "onProgress");
  });
});

describe("loadClassifier with a folder of the hub", () => {
  it("fetches it, and predicts", async () => {
    const at = "/me/pets/resolve/main";
    const { host } = await serve(
      filesAt({
        [`${at}/onnx/model.onnx`]: model,
        [`${at}/config.json`]: '{"id2label": {"0": "cat", "1": "dog"}}',
        [`${at}/preprocessor_config.json`]: prepared,
      }),
    );
    const progress: Progress[] = [];
    await using classifier = await loadClassifierOn(host, "hf:me/pets", {
      onProgress: (event) => progress.push(event),
    });
    expect(classifier.classes).toEqual(["cat", "dog"]);
    expect(classifier.info.notices).toHaveLength(3);
    expect(progress.at(-1)).toMatchObject({ phase: "download" });
    expect((await classifier.predict("photos/red/1")).label).toMatch(/cat|dog/);
  });
});
