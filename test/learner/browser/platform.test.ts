import { afterEach, describe, expect, it, vi } from "vitest";
import { defaultTransform } from "../../../src/datasets/transform.js";
import { browserPlatform } from "../../../src/learner/browser/platform.js";
import { filesAt, startServer } from "../../helpers/model-server.js";
import { refusal } from "../../helpers/refusal.js";

afterEach(() => vi.restoreAllMocks());

const startPictures = vi.fn<() => Worker>();

const platform = (base = "https://page.test/app/") =>
  browserPlatform({
    base,
    modelAddress: (file) => new URL(file, "https://page.test/models/"),
    wasmPaths: undefined,
    startPictures,
  });

const context = { signal: new AbortController().signal, onProgress: () => {} };

describe("browserPlatform", () => {
  it("fetches nothing before it is used", async () => {
    const fetched = vi.spyOn(globalThis, "fetch");
    const { models, downloads, storage } = platform();
    expect(await models.list()).toContain("efficientnet-lite0.json");
    expect(await downloads.has({ url: "https://elsewhere.test/net.onnx" })).toBe(false);
    await storage("features");
    expect(fetched).not.toHaveBeenCalled();
  });

  it("reads photos' files by addresses relative to the page", async () => {
    const { url } = await startServer(filesAt({ "/app/photos.csv": Buffer.from("a,b") }));
    const { photos } = platform(`${url}/app/index.html`);
    expect(new TextDecoder().decode(await photos.read("photos.csv", 100))).toBe("a,b");
    await refusal(() => photos.list("photos"), "file-access", "no folders");
  });

  it("asks for the embedded network where it is said to be", async () => {
    const fetched = vi.spyOn(globalThis, "fetch").mockResolvedValue(new Response(null, { status: 404 }));
    await refusal(() => platform().models.read("efficientnet-lite0.onnx", context), "file-access", "option `models`");
    expect(fetched.mock.calls.map(([url]) => String(url))).toEqual([
      "https://page.test/models/efficientnet-lite0.onnx",
    ]);
  });

  it("downloads what it cannot keep, and says so", async () => {
    const { url } = await startServer(filesAt({ "/net.onnx": Buffer.from("network") }));
    const { bytes, notice } = await platform().downloads.get({ url: `${url}/net.onnx` }, context);
    expect(new TextDecoder().decode(bytes)).toBe("network");
    expect(notice).toContain("must be downloaded again next time");
    expect(await platform().downloads.find({ url: `${url}/config.json` }, context)).toBeUndefined();
    await platform().downloads.forget({ url: `${url}/net.onnx` });
  });

  it("keeps features in folders of the browser's own, and refuses where there are none", async () => {
    const storage = await platform().storage("features");
    await refusal(() => storage.list(), "file-access", "Cannot read features", "over https");
  });

  it("starts workers for pictures when views are asked for, and makes them itself until these are ready", async () => {
    vi.stubGlobal("navigator", { hardwareConcurrency: 3 });
    const { views } = platform();
    await views!.end();
    expect(startPictures).not.toHaveBeenCalled();
    const job = {
      of: { height: 1, width: 1, data: new Uint8Array(3) },
      transform: defaultTransform,
      finest: 1,
      seed: 3,
    };
    expect(await views!.make({ ...job, views: [] })).toEqual([]);
    expect(startPictures).toHaveBeenCalledTimes(2);
    await views!.end();
    vi.unstubAllGlobals();
  });
});
