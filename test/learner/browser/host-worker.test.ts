// Workers that do not do what they should: they end, they never begin.
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeChromium, type OpenedPage, openPage } from "../../helpers/chromium.js";

type HostModule = typeof import("../../../src/learner/browser/host.js");

describeChromium("webWorkerHost", () => {
  let opened: OpenedPage;
  let loaded: Awaited<ReturnType<typeof opened.load<HostModule>>>;
  beforeAll(async () => {
    opened = await openPage();
    loaded = await opened.load<HostModule>("src/learner/browser/host.ts");
  });
  afterAll(() => opened?.close());

  /** The error of a call to a worker with this script; it is given the module's address to import. */
  const errorOf = async (script: string, patience?: number) => {
    const address = await opened.bundle("src/learner/browser/host.ts");
    return opened.page.evaluate(
      async ({ host, script, address, patience }) => {
        const code = `import { holdLife } from ${JSON.stringify(address)};\n${script}`;
        const url = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
        const start = () => new Worker(url, { type: "module" });
        const options = { base: "", models: undefined, wasmPaths: undefined };
        const { channel, close } = host.webWorkerHost(start, options, patience).connect("learner");
        const call = () => channel.call("checkFreezeTo", 0).catch(({ code, message }) => ({ code, message }));
        const errors = [await call(), await call()];
        await close();
        return errors;
      },
      { host: loaded, script, address, patience },
    );
  };

  it("rejects calls under way, and later ones, once the worker has ended without a word", async () => {
    const errors = await errorOf(
      "addEventListener('message', ({ data }) => data.life ? holdLife(data) : setTimeout(close, 100));",
    );
    const message =
      "The worker of this learner has failed: the browser has ended it. It may be short of memory: close other tabs, " +
      "then create a new learner.";
    expect(errors).toEqual([
      { code: "worker-failed", message },
      { code: "worker-failed", message },
    ]);
  });

  it("gives up a worker that never shows signs of life", async () => {
    const [error] = await errorOf("", 200);
    expect(error).toEqual({
      code: "worker-failed",
      message:
        "The worker of this learner has failed: it has not begun within 0.2 seconds; its script may be another one. " +
        "Serve browser-worker.js, and the chunks beside it, where browser.js is, or say with the option `worker` where it is.",
    });
  });

  it("leaves no lock and no worker behind", async () => {
    await expect.poll(() => opened.page.workers().length, { timeout: 5000 }).toBe(0);
    const { held, pending } = await opened.page.evaluate(() => navigator.locks.query());
    expect({ held, pending }).toEqual({ held: [], pending: [] });
    expect(opened.errors).toEqual([]);
  });
});
