// Models from a real server, through the real cache.
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { CallContext } from "../../../../src/learner/border/channel.js";
import { findPretrained } from "../../../../src/learner/engine/model/find-model.js";
import { cachePath } from "../../../../src/learner/node/downloads/cache-folder.js";
import { nodeDownloads } from "../../../../src/learner/node/downloads/downloads.js";
import { moveToExternalData } from "../../../../src/onnx/external-data.js";
import { decodeModel, encodeModel } from "../../../../src/onnx/proto.js";
import { tensorOf } from "../../../../src/onnx/tensor-data.js";
import { squash } from "../../../helpers/model-folders.js";
import { filesAt, sendFile, startServer } from "../../../helpers/model-server.js";
import { refusal } from "../../../helpers/refusal.js";
import { imageClassifier } from "../../../helpers/small-models.js";
import { temporaryFolder } from "../../../helpers/temporary.js";
import { tinyPlatform } from "../../../helpers/tiny-platform.js";

const root = temporaryFolder();

/** A platform with an empty cache, whose hub is `hub`. */
function platformWith(hub: string) {
  const cache = mkdtempSync(join(root, "cache-"));
  const env: Record<string, string | undefined> = { REGRAFT_CACHE: cache, HF_ENDPOINT: hub };
  const downloads = nodeDownloads(env, { pause: 1, attempts: 2 });
  const paths = (url: string) => cachePath(cache, url);
  return { platform: tinyPlatform({ downloads }), env, paths };
}

const external = (location: string) => {
  const { proto, data } = moveToExternalData(decodeModel(imageClassifier(), "small"), { location, threshold: 1 });
  return { model: encodeModel(proto), data };
};

const asked = (server: { requests: { url?: string | undefined }[] }) => server.requests.map(({ url }) => url);

describe("hf:owner/name", () => {
  const at = "/owner/name/resolve/main";
  const files = {
    [`${at}/onnx/model.onnx`]: imageClassifier(),
    [`${at}/config.json`]: '{"model_type": "vit"}',
    [`${at}/preprocessor_config.json`]: JSON.stringify(squash),
  };

  it("brings the model with what is said of it, says what is remembered, and asks only once", async () => {
    const server = await startServer(filesAt(files));
    const { platform } = platformWith(server.url);
    const found = await findPretrained(platform, "hf:owner/name");
    expect(found).toMatchObject({ name: "hf:owner/name", title: "name", modelType: "vit", licence: undefined });
    expect(found.stated?.config).toEqual(squash);
    expect(asked(server)).toEqual(Object.keys(files));
    expect(found.notices).toHaveLength(3);
    expect(found.notices[0]).toBe(
      `sha256 ${found.sha256} of https://huggingface.co${at}/onnx/model.onnx is remembered; later downloads must match`,
    );
    await server.close();
    const again = await findPretrained(platform, "hf:owner/name");
    expect(again).toMatchObject({ modelType: "vit", sha256: found.sha256, notices: [] });
  });

  it("takes model.onnx where there is no onnx/model.onnx, and asks for nothing again", async () => {
    const server = await startServer(filesAt({ [`${at}/model.onnx`]: imageClassifier() }));
    const { platform } = platformWith(server.url);
    const found = await findPretrained(platform, "hf:owner/name");
    expect(found.notices).toHaveLength(1);
    expect(found.stated).toBeUndefined();
    await findPretrained(platform, "hf:owner/name");
    expect(asked(server)).toEqual([
      `${at}/onnx/model.onnx`,
      `${at}/model.onnx`,
      `${at}/config.json`,
      `${at}/preprocessor_config.json`,
    ]);
  });

  it("says which file to name where there is neither", async () => {
    const server = await startServer(filesAt({}));
    const call = () => findPretrained(platformWith(server.url).platform, "hf:owner/name");
    const parts = ["main/onnx/model.onnx, main/model.onnx", "hf:owner/name/path/to/file.onnx"];
    expect((await refusal(call, "download-failed", ...parts)).details.status).toBe(404);
  });

  it("says what a gated repository wants", async () => {
    const server = await startServer((_, response) => response.writeHead(401).end());
    const call = () => findPretrained(platformWith(server.url).platform, "hf:owner/name");
    await refusal(call, "download-failed", "401", "HF_TOKEN");
    expect(server.requests).toHaveLength(1);
  });

  it("takes a revision and a file", async () => {
    const url = "/owner/name/resolve/v2/sub/a.onnx";
    const server = await startServer(filesAt({ [url]: imageClassifier() }));
    await findPretrained(platformWith(server.url).platform, "hf:owner/name@v2/sub/a.onnx");
    expect(asked(server).slice(0, 2)).toEqual([url, "/owner/name/resolve/v2/config.json"]);
  });
});

describe("an address", () => {
  it("brings the model with the data files that it names, by their own addresses", async () => {
    const { model, data } = external("sub/model.onnx_data");
    const server = await startServer(filesAt({ "/a/onnx/m.onnx": model, "/a/onnx/sub/model.onnx_data": data }));
    const { platform } = platformWith("https://nowhere");
    const url = `${server.url}/a/onnx/m.onnx`;
    const events: unknown[] = [];
    const context: CallContext = { signal: new AbortController().signal, emit: (event) => events.push(event) };
    const found = await findPretrained(platform, url, context);
    const weights = tensorOf(found.model.graph.initializers[0]!.constant!).data;
    expect(Array.from(weights as Float32Array)).toEqual([1, -1, 0, 1, -1, 0]);
    expect(found).toMatchObject({ name: url, title: "m.onnx" });
    expect(found.notices).toHaveLength(2);
    expect(asked(server)).toEqual([
      "/a/onnx/m.onnx",
      "/a/onnx/sub/model.onnx_data",
      "/a/config.json",
      "/a/preprocessor_config.json",
    ]);
    expect(events).toContainEqual({ phase: "download", done: model.length, total: model.length });
    expect(events).toContainEqual({ phase: "download", done: data.length, total: data.length });
    await server.close();
    expect((await findPretrained(platform, url)).notices).toEqual([]);
  });

  it("forgets what turns out to be no model", async () => {
    let body: Uint8Array = Buffer.from("<!DOCTYPE html><html>Back soon</html>");
    const server = await startServer((request, response) => {
      if (request.url === "/m.onnx") sendFile(request, response, body);
      else response.writeHead(404).end();
    });
    const { platform, paths } = platformWith("https://nowhere");
    const url = `${server.url}/m.onnx`;
    await refusal(() => findPretrained(platform, url), "invalid-model", url, "web page");
    expect(existsSync(paths(url))).toBe(false);
    body = imageClassifier();
    expect((await findPretrained(platform, url)).notices).toHaveLength(1);
    // Known to be a model once, it is kept whatever becomes of it, and said to be another.
    body = Buffer.from("<!DOCTYPE html>");
    rmSync(paths(url));
    await refusal(() => findPretrained(platform, url), "checksum-mismatch", `${paths(url)}.sha256`);
  });

  it("hears the signal", async () => {
    const server = await startServer(() => {});
    const controller = new AbortController();
    const context: CallContext = { signal: controller.signal, emit: () => {} };
    const call = findPretrained(platformWith("https://nowhere").platform, `${server.url}/m.onnx`, context);
    setTimeout(() => controller.abort(new Error("enough")), 100);
    await expect(call).rejects.toThrow("enough");
  });
});
