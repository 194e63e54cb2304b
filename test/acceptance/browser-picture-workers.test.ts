// Views of photos made by Web Workers of the learner's own, on the build; and without them, where they cannot be had or end.
import { cpSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterEach, expect, it } from "vitest";
import { type BuildPage, openBuild } from "../helpers/browser-build.js";
import { describeChromium } from "../helpers/chromium.js";
import { type PreparedPage, prepareLearners } from "../helpers/page-learner.js";
import { temporaryFolder } from "../helpers/temporary.js";

const dist = fileURLToPath(new URL("../../dist", import.meta.url));
// The build but for one file, in whose place tests put what they want.
const code = temporaryFolder();
cpSync(dist, code, { recursive: true, filter: (path) => !/browser-picture-worker\.js$|\.map$/.test(path) });
const place = "/node_modules/regraft/dist/browser-picture-worker.js";
const real = `import "/watch.js"; import "/built/browser-picture-worker.js";`;

/** Tells the page what a worker says, then goes on as `after` has it. */
const watch = (after: string): string => `
  const told = new BroadcastChannel("pictures");
  const post = globalThis.postMessage;
  let count = 0;
  globalThis.postMessage = (message, ...rest) => {
    told.postMessage(message === "ready" ? "ready" : message.views ? "views" : "nothing");
    post.call(globalThis, message, ...rest);
    ${after}
  };`;

interface Learnt {
  /** Of the exported network. */
  readonly hash: string;
  /** What workers have said. */
  readonly said: Readonly<Record<string, number>>;
}

describeChromium("a learner with augmentation in a browser", () => {
  let opened: BuildPage;
  afterEach(() => opened?.close());

  /** @param after what the worker does after each of its messages, of which there have been `count` before. */
  async function trained(worker: string | undefined, after = ""): Promise<Learnt> {
    const models = `${dist}/../models`;
    opened = await openBuild({
      roots: { "/node_modules/regraft/dist/": code, "/built/": dist, "/node_modules/regraft/models/": models },
    });
    if (worker !== undefined) opened.publish(place, worker);
    opened.publish("/watch.js", watch(after));
    await prepareLearners(opened);
    return opened.page.evaluate(async (isThere) => {
      const { open } = globalThis as unknown as PreparedPage;
      const said: Record<string, number> = {};
      const spoken = new Promise<void>((resolve) => {
        new BroadcastChannel("pictures").onmessage = ({ data }) => {
          said[data] = (said[data] ?? 0) + 1;
          resolve();
        };
      });
      const learner = await open({ augment: true, batchSize: 6 });
      await learner.unfreeze();
      await learner.fit(1, 0.01);
      if (isThere) await spoken;
      await learner.fit(3, 0.01);
      const files = await learner.exportFiles();
      const [onnx] = [...files].filter(([name]) => name.endsWith("model.onnx")).map(([, blob]) => blob);
      const hash = await crypto.subtle.digest("SHA-256", await onnx!.arrayBuffer());
      await learner.dispose();
      return { hash: [...new Uint8Array(hash)].join(" "), said };
    }, worker !== undefined);
  }

  it("learns the same, to the bit, whether its workers make the views, are missing, crash or end without a word", async () => {
    const { hash, said } = await trained(real);
    expect(said.ready).toBeGreaterThanOrEqual(1);
    expect(said.views).toBeGreaterThanOrEqual(18 * 3 - 6);
    expect(said.nothing).toBeUndefined();
    expect(opened.errors).toEqual([]);
    await opened.close();
    expect(await trained(undefined)).toEqual({ hash, said: {} });
    expect(opened.requests.filter(({ path }) => path === place).map(({ status }) => status)).toContain(404);
    await opened.close();
    const crashed = await trained(real, `if (++count === 10) setTimeout(() => { throw new Error("a bug"); });`);
    expect(crashed.hash).toBe(hash);
    expect(crashed.said.views).toBeGreaterThanOrEqual(9);
    await opened.close();
    const ended = await trained(real, "if (++count === 10) close();");
    expect(ended.hash).toBe(hash);
    expect(ended.said.views).toBeGreaterThanOrEqual(9);
  });
});
