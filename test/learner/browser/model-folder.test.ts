import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { browserModelFolder } from "../../../src/learner/browser/model-folder.js";
import { nodeModelFolder } from "../../../src/learner/node/platform.js";
import { modelEntries } from "../../../src/models/entries.js";
import { listModels } from "../../../src/models/registry.js";
import { describeChromium, openPage } from "../../helpers/chromium.js";
import { type Answer, filesAt, sendFile, startServer } from "../../helpers/model-server.js";
import { loadInWorker } from "../../helpers/page-worker.js";
import { refusal } from "../../helpers/refusal.js";

const models = new URL("../../../models/", import.meta.url);
const name = "efficientnet-lite0.onnx";
const network = readFileSync(new URL(name, models));
const settings = { stallTimeout: 500, attempts: 2, pause: 1 };

async function served(answer: Answer) {
  const { url, requests } = await startServer(answer);
  return { folder: browserModelFolder((file) => new URL(`${url}/deep/models/${file}`), settings), url, requests };
}

describe("entries", () => {
  it("are those of the package, read from nowhere", async () => {
    const folder = browserModelFolder((file) => new URL(`http://localhost:1/models/${file}`));
    expect(await folder.list()).toEqual(modelEntries.map(({ name }) => `${name}.json`));
    expect(await listModels(folder)).toEqual(await listModels(nodeModelFolder(models)));
    await refusal(() => folder.read("other.onnx"), "file-access", "has no other.onnx");
  });
});

describe("the embedded network", () => {
  it("comes from beside the page, with progress", async () => {
    const { folder } = await served(filesAt({ [`/deep/models/${name}`]: network }));
    const progress: (readonly number[])[] = [];
    const onProgress = (done: number, total: number) => progress.push([done, total]);
    const bytes = await folder.read(name, { signal: new AbortController().signal, onProgress });
    expect(network.equals(bytes)).toBe(true);
    expect(progress[0]).toEqual([0, 9_525_815]);
    expect(progress.at(-1)).toEqual([9_525_815, 9_525_815]);
    expect(network.equals(await folder.read(name))).toBe(true);
  });

  it("that is not there is asked for where it was looked for", async () => {
    const { folder, url, requests } = await served((_, response) => response.writeHead(404).end());
    const address = `${url}/deep/models/${name}`;
    const advice = ["Copy the folder models/", "option `models`"];
    const missing = await refusal(() => folder.read(name), "file-access", address, "answers 404", ...advice);
    expect(missing.details).toEqual({ path: address, operation: "read" });
    expect(requests.map(({ url }) => url)).toEqual([`/deep/models/${name}`]);
    const gone = browserModelFolder((file) => new URL(`http://localhost:1/models/${file}`), settings);
    await refusal(() => gone.read(name), "file-access", "got no answer", "CORS", ...advice);
  });

  it("is no page, nor anything else", async () => {
    const page = await served((_, response) => {
      response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>an app</title>");
    });
    await refusal(() => page.folder.read(name), "file-access", "a web page in the file's place", "Copy the folder");
    const cut = await served((request, response) => sendFile(request, response, network.subarray(0, 1000)));
    await refusal(() => cut.folder.read(name), "file-access", "a file of 1000 bytes, this one has 9525815");
    const other = await served((request, response) => sendFile(request, response, Buffer.alloc(network.length)));
    const mismatch = await refusal(() => other.folder.read(name), "checksum-mismatch", "Copy the folder models/");
    expect(mismatch.details.expected).toBe(modelEntries.find((entry) => entry.file === name)!.sha256);
  });

  it("can be had no longer by who has enough", async () => {
    const { folder } = await served(() => {});
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error("enough")), 30);
    const call = folder.read(name, { signal: controller.signal, onProgress: () => {} });
    await expect(call).rejects.toThrow("enough");
  });
});

describeChromium("in a worker", () => {
  it("the folder is as it is on Node", async () => {
    const opened = await openPage({ roots: { "/assets/models/": fileURLToPath(models) } });
    const source = "src/learner/browser/model-folder.ts";
    const { run } = await loadInWorker<typeof import("../../../src/learner/browser/model-folder.js")>(opened, source);
    const found = await run(
      async ({ browserModelFolder }, { url, name }) => {
        const folder = browserModelFolder((file) => new URL(file, url));
        const hash = await crypto.subtle.digest("SHA-256", (await folder.read(name)) as Uint8Array<ArrayBuffer>);
        return { files: await folder.list(), hash: [...new Uint8Array(hash)] };
      },
      { url: `${opened.url}/assets/models/`, name },
    );
    expect(found.files).toHaveLength(7);
    expect(Buffer.from(found.hash).toString("hex")).toBe(modelEntries.find(({ file }) => file === name)!.sha256);
    expect(opened.errors).toEqual([]);
    await opened.close();
  });
});
