// The build as a page without a bundler has it: regraft and onnxruntime-web in its node_modules, imported by address.
import { fileURLToPath } from "node:url";
import type { JSHandle, Page } from "playwright-core";
import { type OpenedPage, openPage, type PageOptions } from "./chromium.js";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** As npm puts them. */
export const installedRoots = {
  "/node_modules/regraft/dist/": `${root}dist`,
  "/node_modules/regraft/models/": `${root}models`,
  "/node_modules/onnxruntime-web/": `${root}node_modules/onnxruntime-web`,
};

export const installedAddress = "/node_modules/regraft/dist/browser.js";

type Browser = typeof import("../../src/browser.js");

export interface BuildPage extends OpenedPage {
  /** Runs `work` in the page with the library's exports. It sees nothing of the test but its argument. */
  run<A, R>(work: (regraft: Browser, argument: A) => Promise<R>, argument: A): Promise<R>;
  /** Loads the page anew. */
  reload(): Promise<void>;
}

export async function openBuild(options: PageOptions = {}): Promise<BuildPage> {
  const roots = { ...installedRoots, ...options.roots };
  const opened = await openPage({ ...options, roots });
  let library = await libraryIn(opened.page);
  return {
    ...opened,
    run: (work, argument) =>
      opened.page.evaluate(
        // Vitest rewrites functions with `import()` in them; this has none.
        ([regraft, source, given]) => new Function(`return (${source})`)()(regraft, given),
        [library, work.toString(), argument] as const,
      ) as Promise<never>,
    reload: async () => {
      await opened.page.reload();
      library = await libraryIn(opened.page);
    },
  };
}

const libraryIn = (page: Page): Promise<JSHandle<Browser>> =>
  page.evaluateHandle<Browser>(`import("${installedAddress}")`);
