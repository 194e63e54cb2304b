// The package in a project of Vite's, built and on its development server: a page that trains on photos a user chooses,
// with nothing said of where the worker, the WebAssembly and the embedded network lie.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { build, createServer, type InlineConfig } from "vite";
import { afterEach, expect, it } from "vitest";
import { describeChromium, type OpenedPage, openPage } from "../helpers/chromium.js";
import { packedProject } from "../helpers/packed-project.js";
import { temporaryFolder } from "../helpers/temporary.js";
import { trained, trainingPage, trainingScript } from "../helpers/training-page.js";

const { folder: root, install } = packedProject({ dependencies: false });
install("onnxruntime-web");
const photos = temporaryFolder();

writeFileSync(join(root, "index.html"), trainingPage());
writeFileSync(join(root, "main.js"), trainingScript("regraft"));

/** At least so many load the runtime's file: who starts them, and each but one of them. */
const threadsOf = (page: Page): Promise<number> => page.evaluate(() => Math.min(4, navigator.hardwareConcurrency));

const pictureWorkers = (paths: readonly string[]): number =>
  paths.filter((path) => /\/browser-picture-worker[^/]*\.js$/.test(path)).length;

const isolation = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };

describeChromium("a page that Vite has built", () => {
  let opened: OpenedPage;
  afterEach(() => opened?.close());

  /** The paths that the server is asked for. */
  async function asked(options: InlineConfig, search = ""): Promise<readonly string[]> {
    const outDir = temporaryFolder();
    await build({ root, configFile: false, logLevel: "error", ...options, build: { outDir } });
    opened = await openPage({ roots: { "/": outDir } });
    if (search) await opened.page.goto(`${opened.url}/${search}`);
    expect(await trained(opened.page, photos)).toBe("wasm 1 trouser");
    expect(opened.errors).toEqual([]);
    expect(opened.elsewhere).toEqual([]);
    expect(opened.requests.filter(({ status }) => status !== 200)).toEqual([]);
    return opened.requests.map(({ path }) => path);
  }

  it("finds worker, WebAssembly and network without being told, each once, and trains", async () => {
    const paths = (await asked({})).map((path) => path.replace(/-[\w-]{8}\./, "."));
    expect(paths).toEqual([
      "/",
      "/assets/index.js",
      "/assets/browser-worker.js",
      "/assets/efficientnet-lite0.onnx",
      "/assets/ort-wasm-simd-threaded.wasm",
    ]);
  });

  it("finds the workers for pictures from the learner's", async () => {
    expect(pictureWorkers(await asked({}, "?views"))).toBeGreaterThanOrEqual(1);
  });

  it("computes in threads where workers are ES modules: then the runtime is a file that its threads can be started by", async () => {
    const paths = await asked({ worker: { format: "es" } }, "?views");
    expect(pictureWorkers(paths)).toBeGreaterThanOrEqual(1);
    const runtime = paths.filter((path) => /\/ort\.wasm.*\.js$/.test(path));
    expect(runtime.length).toBeGreaterThanOrEqual(await threadsOf(opened.page));
  });
});

describeChromium("a page on Vite's development server", () => {
  it("trains, in threads, without being told either", async () => {
    const server = await createServer({
      root,
      configFile: false,
      logLevel: "error",
      server: { host: "127.0.0.1", port: 0, headers: isolation },
    });
    await server.listen();
    const opened = await openPage();
    try {
      await opened.page.goto(server.resolvedUrls!.local[0]!);
      expect(await trained(opened.page, photos)).toBe("wasm 1 trouser");
      expect(opened.errors).toEqual([]);
      const runtime = opened.elsewhere.filter((url) => /\/ort\.wasm[^/]*$/.test(url));
      expect(runtime.length).toBeGreaterThanOrEqual(await threadsOf(opened.page));
    } finally {
      await opened.close();
      await server.close();
    }
  });
});
