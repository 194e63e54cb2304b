// Workers here are a few lines of JavaScript that speak the channel's messages; the real one is tested on the build.
import { afterAll, beforeAll, expect, it } from "vitest";
import type * as Host from "../../../src/learner/browser/host.js";
import { describeChromium, type OpenedPage, openPage } from "../../helpers/chromium.js";

const echo = `
  let start;
  addEventListener("message", ({ data }) => {
    if (!start) return void (start = data);
    const { id, method, argument } = data;
    if (method === "crash") throw new Error("a bug in the worker");
    postMessage({ id, result: { argument, start } });
  });
`;

describeChromium("webWorkerHost", () => {
  let opened: OpenedPage;
  beforeAll(async () => {
    opened = await openPage();
    opened.publish("/echo.js", echo);
    const host = await opened.load<typeof Host>("src/learner/browser/host.ts");
    await opened.page.evaluate((host) => {
      const connect = (script: string) => {
        const options = { base: "https://x.test/", models: undefined, wasmPaths: "/ort/" };
        return host.webWorkerHost(() => new Worker(script, { type: "module" }), options).connect("learner");
      };
      const failure = (work: Promise<unknown>) =>
        work.then(
          () => undefined,
          ({ code, message }) => ({ code, message }),
        );
      Object.assign(globalThis, { connect, failure });
    }, host);
  });
  afterAll(() => opened?.close());

  /** Runs in the page, where `connect` and `failure` are. */
  const inPage = <T>(code: string): Promise<T> => opened.page.evaluate(`(async () => { ${code} })()`);

  it("tells a worker first what it is to be and where things lie", async () => {
    const found = await inPage(`
      const { channel, close } = connect("/echo.js");
      const result = await channel.call("echo", "hello");
      await close();
      return result;`);
    const life = expect.stringMatching(/^regraft [\da-f-]{36}$/);
    const start = { kind: "learner", life, base: "https://x.test/", models: undefined, wasmPaths: "/ort/" };
    expect(found).toEqual({ argument: "hello", start });
  });

  it("gives each a worker of its own, and ends that one alone", async () => {
    const running = (): number => opened.page.workers().length;
    // Those of the tests before.
    await expect.poll(running).toBe(0);
    await inPage(`
      globalThis.two = [connect("/echo.js"), connect("/echo.js")];
      await Promise.all(two.map(({ channel }) => channel.call("echo")));`);
    expect(running()).toBe(2);
    await inPage("await two[0].close();");
    await expect.poll(running).toBe(1);
    expect(await inPage(`return (await two[1].channel.call("echo", 2)).argument;`)).toBe(2);
    await inPage("await two[1].close();");
    await expect.poll(running).toBe(0);
  });

  it("says what to serve where there is no worker's file, and closes all the same", async () => {
    const found = await inPage(`
      const { channel, close } = connect("/nowhere.js");
      const failures = [await failure(channel.call("echo")), await failure(channel.call("echo"))];
      await close();
      return failures;`);
    const message =
      "The worker of this learner has failed: its script could not be loaded, or the page's Content-Security-Policy " +
      "forbids it. Serve browser-worker.js, and the chunks beside it, where browser.js is, or say with the option " +
      "`worker` where it is.";
    expect(found).toEqual([1, 2].map(() => ({ code: "worker-failed", message })));
  });

  it("fails all calls with what a worker has crashed of", async () => {
    const found = await inPage<{ code: string; message: string }[]>(`
      const { channel, close } = connect("/echo.js");
      await channel.call("echo");
      const failures = await Promise.all(["echo", "crash", "echo"].map((method) => failure(channel.call(method))));
      await close();
      return failures;`);
    const message = expect.stringMatching(/has failed: Uncaught Error: a bug in the worker\. Create a new learner\.$/);
    expect(found[1]).toEqual({ code: "worker-failed", message });
  });

  it("saves a file as a download under its name", async () => {
    const [download] = await Promise.all([
      opened.page.waitForEvent("download"),
      inPage(`
        const { save, close } = connect("/echo.js");
        save("pets.zip", new Blob(["zipped"]));
        await close();`),
    ]);
    expect(download.suggestedFilename()).toBe("pets.zip");
    const chunks: Buffer[] = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe("zipped");
  });
});
