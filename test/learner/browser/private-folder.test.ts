import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { openFolder } from "../../../src/learner/browser/private-folder.js";
import { describeChromium, type OpenedPage, openPage } from "../../helpers/chromium.js";
import { type LoadedWorker, loadInWorker } from "../../helpers/page-worker.js";
import { refusal } from "../../helpers/refusal.js";

const source = "src/learner/browser/private-folder.ts";
type Exports = typeof import("../../../src/learner/browser/private-folder.js");

describe("a page for which the browser keeps nothing", () => {
  afterEach(() => void vi.unstubAllGlobals());

  it("is told to come safely", async () => {
    vi.stubGlobal("isSecureContext", false);
    const parts = ["Cannot write cache", "only for pages that came safely", "https, or from localhost"];
    const { details } = await refusal(() => openFolder("cache", "write"), "file-access", ...parts);
    expect(details).toEqual({ path: "cache", operation: "write" });
  });

  it.each([{}, { storage: {} }])("is told to use a newer browser (%j)", async (navigator) => {
    vi.stubGlobal("isSecureContext", true);
    vi.stubGlobal("navigator", navigator);
    await refusal(() => openFolder("cache", "read"), "file-access", "Cannot read cache", "Use a newer one");
  });
});

describeChromium("private folders", () => {
  let opened: OpenedPage;
  let worker: LoadedWorker<Exports>;
  beforeAll(async () => {
    opened = await openPage();
    worker = await loadInWorker<Exports>(opened, source);
  });
  afterAll(() => opened.close());

  it("are made to write, not to read", async () => {
    const names = await worker.run(async ({ openFolder }) => {
      const before = await openFolder("a/b", "read");
      const made = await openFolder("/a//./b/", "write");
      const after = await openFolder("a\\b", "read");
      return [
        before?.name,
        made.name,
        after?.name,
        await after?.isSameEntry(made),
        (await openFolder("", "read"))?.name,
      ];
    });
    expect(names).toEqual([undefined, "b", "b", true, ""]);
  });

  it("are refused to frames of no origin, as to private windows elsewhere", async () => {
    const code = await (await fetch(await opened.bundle(source))).text();
    const frame = `<script type="module">
      const code = ${JSON.stringify(code).replaceAll("<", "\\u003c")};
      const { openFolder } = await import(URL.createObjectURL(new Blob([code], { type: "text/javascript" })));
      const tell = ({ code, details, message }) => parent.postMessage({ code, details, message }, "*");
      openFolder("cache", "write").catch(tell);
    </script>`;
    const told = await opened.page.evaluate(async (srcdoc) => {
      const frame = Object.assign(document.createElement("iframe"), { sandbox: "allow-scripts", srcdoc });
      const message = new Promise<MessageEvent>((resolve) => addEventListener("message", resolve, { once: true }));
      document.body.append(frame);
      return (await message).data;
    }, frame);
    expect(told).toMatchObject({ code: "file-access", details: { path: "cache", operation: "write" } });
    expect(told.message).toMatch(/keeps no files for this page \(SecurityError\).*leave out cache\.folder/);
  });

  it("say what the browser says in words of ours", async () => {
    const messages = await worker.run(async ({ failed }) => {
      const names = ["NotReadableError", "NoModificationAllowedError", "TypeMismatchError", "UnknownError"];
      const causes = names.map((name) => new DOMException("its own words", name));
      return Promise.all(causes.map((cause) => failed("a/b", "read", cause).catch((error: Error) => error.message)));
    });
    const full = await worker.run(async ({ failed }) => {
      const causes = ["QuotaExceededError", "AbortError"].map((name) => new DOMException("", name));
      return Promise.all(causes.map((cause) => failed("a/b", "write", cause).catch((error: Error) => error.message)));
    });
    for (const message of full)
      expect(message).toMatch(/^Cannot write a\/b: the browser gives no more room beside the \d/);
    expect(messages).toEqual([
      "Cannot read a/b: it was replaced or removed in the meantime. Try again.",
      "Cannot read a/b: another tab is at work on it. Try again once that is done.",
      "Cannot read a/b: it is a folder, or a part of the path is a file. Choose another folder.",
      "Cannot read a/b: its own words. Check the path.",
    ]);
    const bug = worker.run(({ failed }) => failed("a/b", "read", new TypeError("a bug")));
    await expect(bug).rejects.toThrow("a bug");
  });
});
