// Contenders in the browser: each in a worker of a page of its own, all in one Chromium.
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { bundled } from "../../test/helpers/bundled.js";
import { chromiumPath } from "../../test/helpers/chromium.js";
import { serveStatic } from "../../test/helpers/static-server.js";

export interface Device {
  readonly backend: "wasm" | "webgpu";
  /** Absent: as the contender chooses. */
  readonly threads?: number;
}

/** What a contender is to do: a function of its module, and what that is called with. */
export interface Task {
  readonly kind: "extraction" | "training";
  readonly options: Readonly<Record<string, unknown>>;
}

export interface OpenedContender {
  /** What it computes with, in words. */
  readonly version: string;
  /** Runs the task once and gives its results. */
  check(): Promise<readonly number[]>;
  /** Runs the task again and again for so many milliseconds, once at least. Returns runs a second. */
  measure(milliseconds: number): Promise<number>;
  close(): Promise<void>;
}

export interface Browser {
  readonly version: string;
  /** What WebGPU computes with, in words. */
  readonly adapter: string;
  /** Whether that is the processor. */
  readonly software: boolean;
  /** Serves files at "/work/". */
  publish(files: Readonly<Record<string, string | Uint8Array>>): void;
  /** @param module exports `open`, `extraction` and `training`, as tfjs.js does; a file in this folder. */
  start(module: string, device: Device, task: Task): Promise<OpenedContender>;
  close(): Promise<void>;
}

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const roots = {
  "/": path("./"),
  "/tfjs/": path("node_modules/@tensorflow/tfjs-backend-wasm/dist/"),
  "/ort/": path("../../node_modules/onnxruntime-web/dist/"),
};
// WebGPU where Chromium does not offer it yet; without a graphics card it takes its software adapter.
const flags = [
  "--no-sandbox",
  "--disable-quic",
  "--no-first-run",
  "--enable-unsafe-webgpu",
  "--enable-features=Vulkan",
];

export async function openBrowser(): Promise<Browser> {
  if (!chromiumPath) throw new Error("found no Chromium: REGRAFT_CHROMIUM names it");
  const server = await serveStatic({ roots });
  const context = await chromium.launchPersistentContext("", { executablePath: chromiumPath, args: flags });
  const open = async () => {
    const page = await context.newPage();
    page.on("console", (message) => message.type() === "error" && console.error(message.text()));
    await page.goto(server.url);
    return page;
  };
  const page = await open();
  const adapter = await page.evaluate(describeAdapter);
  await page.close();
  return {
    version: context.browser()?.version() ?? "",
    ...adapter,
    publish: (files) => {
      for (const [name, content] of Object.entries(files)) server.publish(`/work/${name}`, content);
    },
    start: async (module, device, { kind, options }) => {
      const { entry, files } = await bundled(`bench/browser/${module}`);
      for (const [name, content] of files) server.publish(`/bundled/${module}/${name}`, content);
      const page = await open();
      const worker = await page.evaluateHandle(() => new Worker("/worker.js", { type: "module" }));
      const ask = <T>(request: string, argument?: unknown): Promise<T> =>
        worker.evaluate(answer<T>, [request, argument] as const);
      const version = await ask<string>("open", { module: `/bundled/${module}/${entry}`, device, kind, options });
      return {
        version,
        check: () => ask("check"),
        measure: (milliseconds) => ask("measure", milliseconds),
        close: () => page.close(),
      };
    },
    close: async () => {
      await context.close();
      await server.close();
    },
  };
}

// What follows runs in the page.

async function describeAdapter() {
  // biome-ignore lint/suspicious/noExplicitAny: TypeScript does not know WebGPU yet.
  const info = (await (navigator as any).gpu?.requestAdapter())?.info;
  const words = [info?.vendor, info?.architecture, info?.device, info?.description];
  return { adapter: words.filter(Boolean).join(" "), software: info?.isFallbackAdapter === true };
}

function answer<T>(worker: Worker, request: readonly [string, unknown]): Promise<T> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => (data.error === undefined ? resolve(data.result) : reject(new Error(data.error)));
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.postMessage(request);
  });
}
