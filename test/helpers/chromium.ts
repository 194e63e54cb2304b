// Pages in a real browser. REGRAFT_CHROMIUM names one, or it lies where Chromium and Chrome usually do; without one,
// what needs it is skipped, and says so.
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium, type JSHandle, type Page } from "playwright-core";
import { describe } from "vitest";
import { bundled } from "./bundled.js";
import { type StaticOptions, type StaticServer, serveStatic } from "./static-server.js";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome.exe"];
const places = [
  ...(process.env.PATH ?? "").split(delimiter),
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/snap/bin",
  ...["ProgramFiles", "ProgramFiles(x86)"].map((name) => `${process.env[name]}/Google/Chrome/Application`),
];

/** The path of the browser. */
export const chromiumPath: string | undefined = process.env.REGRAFT_CHROMIUM || find();

function find(): string | undefined {
  const candidates = places.flatMap((place) =>
    place.startsWith("/Applications") ? [place] : names.map((name) => join(place, name)),
  );
  return candidates.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

export function describeChromium(name: string, suite: () => void): void {
  if (!chromiumPath) console.warn(`skipped, needs Chromium (REGRAFT_CHROMIUM names it): ${name}`);
  (chromiumPath ? describe : describe.skip)(name, suite);
}

export interface PageOptions extends StaticOptions {
  /** With WebGPU, computed by the processor so that no graphics card is needed; default false. */
  readonly webgpu?: boolean;
  /** A name for the server that is not this machine's: browsers take pages from there for insecure. */
  readonly host?: string;
  /** Folder of the browser's profile, for one that is to be opened again; default: a temporary one. */
  readonly profile?: string;
}

export interface OpenedPage {
  /** An empty page of `url`, unless the roots have an "index.html". */
  readonly page: Page;
  /** The server's, without a slash at the end. */
  readonly url: string;
  /** Errors on the console and uncaught ones, of the page and its workers, since it was opened. */
  readonly errors: string[];
  /** Bundles a source of ours ("src/datasets/browser.ts") and serves it; returns its address, as for a worker. */
  bundle(source: string): Promise<string>;
  /**
   * The exports of such a source, loaded in the page, as `page.evaluate(({ sum }) => sum(1, 2), await load<typeof Sums>("src/sums.ts"))`.
   * (Vitest rewrites each `import()` in a test, so that none can be in a function for the page.)
   */
  load<Exports>(source: string): Promise<JSHandle<Exports>>;
  /** Serves `body` at `path` ("/a.json"); returns the whole address. */
  publish(path: string, body: string | Uint8Array): string;
  /** What the server was asked for, and addresses on others that the page or its workers asked for, in order. */
  readonly requests: StaticServer["requests"];
  readonly elsewhere: readonly string[];
  close(): Promise<void>;
}

const flags = [
  "--no-sandbox",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * A page in a browser with a profile of its own, which is gone when it is closed. Starting takes about a second: the
 * tests of one file share a page, `beforeAll(async () => { opened = await openPage(); return opened.close; })`.
 */
export async function openPage({
  webgpu = false,
  host,
  profile = "",
  ...options
}: PageOptions = {}): Promise<OpenedPage> {
  const server = await serveStatic(options);
  const url = host === undefined ? server.url : server.url.replace("127.0.0.1", host);
  const resolver = host === undefined ? [] : [`--host-resolver-rules=MAP ${host} 127.0.0.1`];
  const gpu = webgpu ? ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"] : ["--disable-gpu"];
  // "" is a temporary profile. Not an incognito one: those have their files in memory.
  const context = await chromium
    .launchPersistentContext(profile, {
      executablePath: chromiumPath!,
      headless: true,
      args: [...flags, ...gpu, ...resolver],
    })
    .catch(async (error) => {
      await server.close();
      throw error;
    });
  const errors: string[] = [];
  const page = context.pages()[0] ?? (await context.newPage());
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  page.on("pageerror", (error) => errors.push(String(error)));
  const elsewhere: string[] = [];
  context.on("request", (request) => {
    if (/^(http|ws)/.test(request.url()) && !request.url().startsWith(`${url}/`)) elsewhere.push(request.url());
  });
  await page.goto(url);
  let bundles = 0;
  const bundle = async (source: string): Promise<string> => {
    const folder = `/bundle-${bundles++}/`;
    const { entry, files } = await bundled(source);
    for (const [name, content] of files) server.publish(folder + name, content);
    return url + folder + entry;
  };
  return {
    page,
    url,
    errors,
    bundle,
    load: async (source) => page.evaluateHandle(`import(${JSON.stringify(await bundle(source))})`),
    requests: server.requests,
    elsewhere,
    publish: (path, body) => {
      server.publish(path, body);
      return url + path;
    },
    close: async () => {
      await context.close();
      await server.close();
    },
  };
}

/** Ends the process that the browser's GPU work is done in, as a driver that fails does. */
export async function loseGpu(page: Page): Promise<void> {
  const session = await page.context().browser()!.newBrowserCDPSession();
  await session.send("Browser.crashGpuProcess" as "Browser.crash");
  await session.detach();
}
