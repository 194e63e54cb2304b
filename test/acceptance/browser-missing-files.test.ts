// What a page says whose files are not where they should be: the runtime's, the network's, the worker's.
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type BuildPage, openBuild } from "../helpers/browser-build.js";
import { describeChromium } from "../helpers/chromium.js";
import {
  attempt,
  type PageError,
  type PageLearnerOptions,
  type PreparedPage,
  prepareLearners,
} from "../helpers/page-learner.js";

const root = new URL("../../", import.meta.url);
const read = (path: string): Buffer => readFileSync(new URL(path, root));

interface Answer {
  readonly status?: number;
  readonly contentType?: string;
  readonly body?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

const missing: Answer = { status: 404 };
/** As servers of single-page applications do for what they do not have. */
const startPage: Answer = { contentType: "text/html", body: "<!doctype html><title>app</title>" };
const script = (body: string | Buffer, headers = {}): Answer => ({ contentType: "text/javascript", body, headers });
const file = (body: string | Buffer): Answer => ({ contentType: "application/octet-stream", body });

describeChromium("a page without its files", () => {
  let opened: BuildPage;
  beforeAll(async () => {
    opened = await openBuild({ isolated: false });
    await prepareLearners(opened);
  });
  afterAll(() => opened?.close());
  beforeEach(() => {
    opened.errors.length = 0;
  });

  /** The error of a learner whose files at `pattern` are answered for so; the same page then opens another. */
  async function refused(pattern: string, answer: Answer, options: PageLearnerOptions = {}): Promise<PageError> {
    const context = opened.page.context();
    await context.route(pattern, (route) => route.fulfill(answer));
    const { error } = await attempt(opened, options);
    await context.unroute(pattern);
    await expect.poll(() => opened.page.workers().length, { timeout: 5000 }).toBe(0);
    // No URL of a server that has another port each time.
    return JSON.parse(JSON.stringify(error).replaceAll(opened.url, ""));
  }

  /** Lines of the runtime's own; what is missing is fetched by it. */
  const fromRuntime = /^(wasm streaming compile failed|falling back to|failed to asynchronously|Aborted\()/;

  describe("ONNX Runtime's WebAssembly", () => {
    const wasm = "/node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded.wasm";
    const serve =
      "Serve the .wasm files of onnxruntime-web's dist/ where its JavaScript is, as application/wasm, or say with the " +
      "option wasmPaths where they are.";
    const policy = script(read("dist/browser-worker.js"), { "content-security-policy": "script-src 'self'" });

    it.each([
      ["is missing", "**/*.wasm", missing, `the server answers with status 404 for ${wasm}. ${serve}`],
      ["is a web page", "**/*.wasm", startPage, `the server gives a web page instead of ${wasm}. ${serve}`],
      [
        "is something else",
        "**/*.wasm",
        file("junk"),
        `${wasm} is damaged (CompileError: WebAssembly.instantiate(): expected magic word 00 61 73 6d, found 6a 75 6e ` +
          `6b @+0). ${serve}`,
      ],
      [
        "is forbidden",
        "**/browser-worker.js",
        policy,
        "the Content-Security-Policy that is sent with the worker's script forbids it. Add 'wasm-unsafe-eval' to its " +
          "script-src.",
      ],
    ] as const)("says so where it %s", async (_, pattern, answer, words) => {
      expect(await refused(pattern, answer)).toEqual({
        code: "device-unavailable",
        details: { device: "wasm", available: [] },
        message: `ONNX Runtime's WebAssembly could not be started: ${words}`,
      });
      for (const line of opened.errors) expect(line).toMatch(fromRuntime);
    });

    it("is taken with a wrong content type", async () => {
      const answer = file(read("node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded.wasm"));
      await opened.page.context().route("**/*.wasm", (route) => route.fulfill(answer));
      const { loss } = await attempt(opened);
      await opened.page.context().unroute("**/*.wasm");
      expect(loss).toBeGreaterThan(0);
    });
  });

  describe("ONNX Runtime's JavaScript", () => {
    const message = (place: string): string =>
      `ONNX Runtime's JavaScript could not be loaded: there is no package onnxruntime-web, and ` +
      `${place}ort.wasm.bundle.min.mjs is missing or no script. Install onnxruntime-web, or say with the option ` +
      "wasmPaths where the files of its dist/ are served.";
    const besides = "/node_modules/onnxruntime-web/dist/";

    it.each([
      ["is not installed", missing, {}, besides],
      ["is a web page", startPage, {}, besides],
      ["is no script", file("export {}"), {}, besides],
      ["is not where wasmPaths says", missing, { wasmPaths: "nowhere" }, "/nowhere/"],
      ["is a web page where wasmPaths says", startPage, { wasmPaths: "/nowhere/" }, "/nowhere/"],
    ] as const)("says so where it %s", async (_, answer, options, place) => {
      expect(await refused("**/ort.*.mjs", answer, options)).toEqual({
        code: "device-unavailable",
        details: { device: "wasm", available: [] },
        message: message(place),
      });
      expect(opened.errors).toEqual([]);
    });
  });

  describe("the embedded network", () => {
    const address = "/nowhere/efficientnet-lite0.onnx";
    const options = { model: "embedded", models: "/nowhere/" } as const;
    const byHand =
      "Copy the folder models/ of this version of regraft to where the page is served from, and say where with the " +
      "option `models`.";
    const whole = read("models/efficientnet-lite0.onnx");
    const other = (bytes: number): string =>
      `the server has a file of ${bytes} bytes, this one has ${whole.length}. Something between may have answered in ` +
      "its place, such as a page to log in at.";

    it.each([
      ["is missing", missing, "the server answers 404 (there is no such file)."],
      [
        "is a web page",
        startPage,
        "the server answers with a web page in the file's place. Check the address: servers of single-page apps do so " +
          "for every file that they do not have.",
      ],
      ["is something else", file("junk"), other(4)],
      ["is cut short", file(whole.subarray(0, 100_000)), other(100_000)],
    ] as const)("says so where it %s", async (_, answer, words) => {
      expect(await refused("**/nowhere/*", answer, options)).toEqual({
        code: "file-access",
        details: { path: address, operation: "read" },
        message: `Cannot read the network efficientnet-lite0 from ${address}: ${words} ${byHand}`,
      });
    });

    it("says so where it is another one of the same size", async () => {
      const changed = Buffer.from(whole);
      changed[5000]! ^= 1;
      const { code, message } = await refused("**/nowhere/*", file(changed), options);
      expect(code).toBe("checksum-mismatch");
      expect(message).toMatch(
        /efficientnet-lite0\.onnx is not the file that regraft knows: its sha256 is [0-9a-f]{64}/,
      );
    });
  });

  describe("the worker's script", () => {
    const options = { worker: "/nowhere.js" };
    const failed = (reason: string, remedy: string) => ({
      code: "worker-failed",
      details: { reason },
      message: `The worker of this learner has failed: ${reason}. ${remedy}`,
    });
    const serve =
      "Serve browser-worker.js, and the chunks beside it, where browser.js is, or say with the option `worker` where it is.";
    const unloaded = "its script could not be loaded, or the page's Content-Security-Policy forbids it";

    it.each([
      ["is missing", "**/nowhere.js", missing, options],
      ["is a web page", "**/nowhere.js", startPage, options],
      ["is said to be a text", "**/nowhere.js", { contentType: "text/plain", body: "1" }, options],
      ["is damaged", "**/nowhere.js", script("export const ="), options],
      ["lacks its chunks", "**/browser-engine.js", missing, {}],
    ] as const)("says so where it %s", async (_, pattern, answer, more) => {
      expect(await refused(pattern, answer, more)).toEqual(failed(unloaded, serve));
    });

    it("says so where a part of it that is loaded later is gone by then", async () => {
      const context = opened.page.context();
      await context.route("**/browser-refuse-boundary.js", (route) => route.fulfill(missing));
      const error = await opened.page.evaluate(async () => {
        const { open, told } = globalThis as unknown as PreparedPage;
        const learner = await open();
        const refusal = learner.unfreeze().then(() => undefined, told);
        return refusal.finally(() => learner.dispose());
      });
      await context.unroute("**/browser-refuse-boundary.js");
      expect(error).toEqual({
        code: "worker-failed",
        details: { reason: "a part of regraft could not be loaded" },
        message:
          "A part of regraft could not be loaded (Failed to fetch dynamically imported module: " +
          `${opened.url}/node_modules/regraft/dist/browser-refuse-boundary.js). Check the connection, and that all files of ` +
          "the package's dist/ are served, of one version; then create a new learner.",
      });
    });

    it("says so where it fails by itself", async () => {
      const { code, details } = await refused("**/nowhere.js", script("throw new Error('a bug')"), options);
      expect({ code, details }).toEqual({ code: "worker-failed", details: { reason: "Uncaught Error: a bug" } });
    });

    it("says so where it is of another origin", async () => {
      const worker = "https://cdn.example/browser-worker.js";
      const reason = `Failed to construct 'Worker': Script at '${worker}' cannot be accessed from origin ''`;
      const remedy = "Its script must be of the page's own origin, and allowed by its Content-Security-Policy.";
      expect(await refused("**/nowhere.js", missing, { worker })).toEqual(failed(reason, remedy));
    });
  });

  it("says so where the page's Content-Security-Policy lets no worker begin", async () => {
    const headers = { "content-security-policy": "worker-src 'none'" };
    const page = { contentType: "text/html", body: "<!doctype html><link rel=icon href=data:,>", headers };
    await opened.page.context().route(`${opened.url}/`, (route) => route.fulfill(page));
    await opened.reload();
    await prepareLearners(opened);
    const { error } = await attempt(opened);
    await opened.page.context().unroute(`${opened.url}/`);
    await opened.reload();
    await prepareLearners(opened);
    opened.errors.length = 0;
    expect(error).toMatchObject({ code: "worker-failed" });
    expect(error!.message).toBe(
      "The worker of this learner has failed: its script could not be loaded, or the page's Content-Security-Policy " +
        "forbids it. Serve browser-worker.js, and the chunks beside it, where browser.js is, or say with the option " +
        "`worker` where it is.",
    );
  });

  it("works again once they are there", async () => {
    const { loss, device } = await attempt(opened);
    expect(loss).toBeGreaterThan(0);
    expect(device).toBe("wasm");
    expect(opened.errors).toEqual([]);
  });
});
