// The build on pages without a bundler: what is loaded when, where from, and that a strict policy lets it.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { writeModel } from "../../src/onnx/write.js";
import { type BuildPage, installedAddress, installedRoots, openBuild } from "../helpers/browser-build.js";
import { describeChromium, type OpenedPage, openPage, type PageOptions } from "../helpers/chromium.js";
import { convModel, photoSize } from "../helpers/conv-network.js";
import { fashionMini, somePhotos } from "../helpers/photos.js";
import { temporaryFolder } from "../helpers/temporary.js";
import { trained, trainingPage, trainingScript } from "../helpers/training-page.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const photos = temporaryFolder();
const network = "/node_modules/regraft/models/efficientnet-lite0.onnx";

/** As `createLearner` takes them. */
const size = { height: photoSize, width: photoSize };
const small = {
  model: [...writeModel(convModel())],
  image: { resize: size, crop: size },
  images: somePhotos(`${fashionMini}train`, 2)
    .slice(0, 8)
    .map((path) => [...readFileSync(path)]),
};

describeChromium("a page that imports the package by its address", () => {
  let opened: OpenedPage;
  afterEach(() => opened?.close());

  async function open(html: string, script: string, options: PageOptions = {}): Promise<OpenedPage> {
    opened = await openPage({ roots: installedRoots, ...options });
    opened.publish("/main.js", script);
    opened.publish("/page/", html);
    await opened.page.goto(`${opened.url}/page/`);
    return opened;
  }

  it("trains the embedded network, which is fetched once, under a policy without eval", async () => {
    const policy = "default-src 'self' data:; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'";
    const headers = { "content-security-policy": policy };
    const script = `${trainingScript(installedAddress)}
      try { eval("document.title = 'eval'"); } catch (error) { document.title = error.name; }`;
    const { page, errors, elsewhere, requests } = await open(trainingPage(), script, { headers });
    expect(await page.title()).toBe("EvalError");
    expect(await trained(page, photos)).toBe("wasm 1 trouser");
    expect([errors, elsewhere]).toEqual([[], []]);
    expect(requests.filter(({ status }) => status !== 200)).toEqual([]);
    expect(requests.filter(({ path }) => path === network)).toHaveLength(1);
  });

  it("may have it under a name, by an import map", async () => {
    const map = { imports: { regraft: installedAddress } };
    const head = `<script type="importmap">${JSON.stringify(map)}</script>`;
    const { page, errors } = await open(trainingPage(head), trainingScript("regraft"));
    expect(await trained(page, photos)).toBe("wasm 1 trouser");
    expect(errors).toEqual([]);
  });
});

describeChromium("what is loaded", () => {
  let opened: BuildPage;
  beforeAll(async () => {
    opened = await openBuild();
  });
  afterAll(() => opened?.close());

  let told = 0;
  /** Names of the files that were asked for since the last call. */
  const loaded = (): string[] => {
    const files = opened.requests.slice(told).map(({ path }) => path.split("/").at(-1)!);
    told = opened.requests.length;
    return files;
  };

  it("at first are the page's own modules: no worker, no runtime, no network", () => {
    expect(loaded().sort()).toEqual(["", ...staticImports("browser.js")].sort());
  });

  it("to train a head are the worker's modules and the runtime, not what draws and exports", async () => {
    await opened.run(async ({ createLearner, imageList }, { model, image, images }) => {
      const items = images.map((bytes, i) => {
        const [label, split] = [i % 2 ? "a" : "b", i < 4 ? "train" : "valid"] as const;
        return { image: Uint8Array.from(bytes), label, split };
      });
      const learner = await createLearner({ model: Uint8Array.from(model), data: imageList(items), image });
      await learner.fit(1, 0.01);
      Object.assign(globalThis, { learner });
    }, small);
    const runtime = ["ort.wasm.bundle.min.mjs", "ort-wasm-simd-threaded.wasm"];
    const files = new Set(loaded());
    expect([...files].sort()).toEqual([...staticImports("browser-worker.js"), ...runtime].sort());
  });

  it.each([
    [
      "a plot",
      "browser-package-echarts.js",
      "lrFind({ runs: 1, steps: 10 }).then((range) => learner.plotLrFind(range))",
    ],
    ["an export", "browser-export.js", "exportFiles()"],
    ["layers of the network", "browser-unfrozen-part.js", "unfreeze()"],
  ])("for %s comes with the first of them", async (_, file, call) => {
    loaded();
    await opened.page.evaluate(`learner.${call}.then(() => {})`);
    const once = loaded();
    expect(once).toContain(file);
    await opened.page.evaluate(`learner.${call}.then(() => {})`);
    expect(loaded()).toEqual([]);
  });
});

/** The file and all that it imports statically, by name. */
function staticImports(file: string, found: Set<string> = new Set()): string[] {
  if (!found.has(file)) {
    found.add(file);
    const text = readFileSync(`${root}dist/${file}`, "utf8");
    for (const [, next] of text.matchAll(/\b(?:from|import)"\.\/([\w.-]+)"/g)) staticImports(next!, found);
  }
  return [...found];
}

describeChromium("the places of what is loaded", () => {
  let opened: OpenedPage;
  beforeAll(async () => {
    opened = await openPage({
      roots: {
        "/lib/": `${root}dist`,
        "/elsewhere/code/": `${root}dist`,
        "/elsewhere/networks/": `${root}models`,
        "/elsewhere/runtime/": `${root}node_modules/onnxruntime-web/dist`,
      },
    });
    opened.publish(
      "/wrong/efficientnet-lite0.onnx",
      readFileSync(`${root}models/efficientnet-lite0.onnx`).fill(0, 0, 9),
    );
  });
  afterAll(() => opened?.close());

  const right = {
    worker: "/elsewhere/code/browser-worker.js",
    models: "/elsewhere/networks",
    wasmPaths: "/elsewhere/runtime/",
  };

  /** Opens the embedded network with these options: the device, or the error. */
  const tried = (places: object): Promise<{ device?: string; code?: string; message?: string }> =>
    opened.page.evaluate(
      `import("/lib/browser.js").then(async ({ createLearner, imageList }) => {
        const blob = await new OffscreenCanvas(8, 8).convertToBlob().catch(() => undefined) ?? new Blob();
        const items = ["a", "b", "a", "b"].map((label, i) => ({ image: blob, label, split: i < 2 ? "train" : "valid" }));
        try {
          const learner = await createLearner({ data: imageList(items), ...${JSON.stringify(places)} });
          await learner.dispose();
          return { device: learner.device };
        } catch ({ code, message }) {
          return { code, message };
        }
      })`,
    );

  it("are where the options say", async () => {
    const before = opened.requests.length;
    expect(await tried(right)).toEqual({ device: "wasm" });
    const paths = opened.requests.slice(before).map(({ path }) => path);
    expect(paths).toContain("/elsewhere/code/browser-worker.js");
    expect(paths).toContain("/elsewhere/networks/efficientnet-lite0.onnx");
    expect(paths).toContain("/elsewhere/runtime/ort-wasm-simd-threaded.wasm");
    expect(opened.requests.slice(before).filter(({ status }) => status !== 200)).toEqual([]);
  });

  it.each([
    [{ worker: "/nowhere/browser-worker.js" }, "worker-failed", "Serve browser-worker.js, and the chunks beside it"],
    [
      { models: "/nowhere/" },
      "file-access",
      "/nowhere/efficientnet-lite0.onnx: ",
      "say where with the option `models`",
    ],
    [{ models: "/wrong/" }, "checksum-mismatch", "/wrong/efficientnet-lite0.onnx"],
    [{ wasmPaths: "/nowhere/" }, "device-unavailable", "is missing or no script", "say with the option wasmPaths"],
  ])("wrong as in %j: the error says what to do", async (places, code, ...words) => {
    const outcome = await tried({ ...right, ...places });
    expect(outcome).toEqual({ code, message: expect.any(String) });
    for (const word of words) expect(outcome.message).toContain(word);
  });
});
