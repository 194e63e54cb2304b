import { describe, expect, it } from "vitest";
import { RegraftError } from "../../../../src/errors.js";
import { type Content, type Known, keptDownloads } from "../../../../src/learner/engine/downloads/kept-downloads.js";
import { absent, type Pin } from "../../../../src/learner/engine/downloads/pin.js";
import type { DownloadContext } from "../../../../src/learner/engine/platform.js";

const url = "https://h/a.onnx?key=secret";
const context: DownloadContext = { signal: new AbortController().signal, onProgress: () => {} };
const contentOf = (sha256: string): Content => ({ bytes: new TextEncoder().encode(sha256), sha256 });

/** A cache in memory; the network gives what `answer` says, or refuses with a status. */
function opened({ unkept }: { readonly unkept?: string } = {}) {
  const files = new Map<string, Content>();
  const pins = new Map<string, Pin>();
  const fetched: Known[] = [];
  const network: { answer: string | number } = { answer: "A" };
  const downloads = keptDownloads({
    has: async ({ url }) => files.has(url),
    read: async ({ url }) => files.get(url),
    readPin: async ({ url }) => pins.get(url),
    writePin: async ({ url }, pin) => void pins.set(url, pin),
    remove: async ({ url }) => {
      files.delete(url);
      pins.delete(url);
    },
    fetch: async ({ url }, known) => {
      fetched.push(known);
      const { answer } = network;
      if (typeof answer === "number")
        throw new RegraftError("download-failed", { url, reason: "", status: answer }, `It answers ${answer}.`);
      if (unkept === undefined) files.set(url, contentOf(answer));
      return { ...contentOf(answer), ...(unkept !== undefined && { unkept }) };
    },
  });
  return { downloads, files, pins, fetched, network };
}

describe("get", () => {
  it("fetches what is not there, and remembers what it was", async () => {
    const { downloads, pins, fetched } = opened();
    const { notice, sha256 } = await downloads.get({ url }, context);
    expect(sha256).toBe("A");
    expect(notice).toBe("sha256 A of https://h/a.onnx?… is remembered; later downloads must match");
    expect([...pins]).toEqual([[url, "A"]]);
    expect(await downloads.get({ url }, context)).toEqual({ ...contentOf("A"), notice: undefined });
    expect(fetched).toEqual([{ expected: undefined, found: undefined }]);
  });

  it("fetches again what is something else, by the hash that is known or remembered", async () => {
    const { downloads, files, pins, fetched } = opened();
    files.set(url, contentOf("B"));
    await downloads.get({ url, sha256: "A" }, context);
    expect([...pins]).toEqual([]);
    pins.set(url, "A");
    files.set(url, contentOf("C"));
    expect(await downloads.get({ url }, context)).toMatchObject({ sha256: "A", notice: undefined });
    expect(fetched).toEqual([
      { expected: "A", found: contentOf("B") },
      { expected: "A", found: contentOf("C") },
    ]);
  });

  it("takes what was put there, and remembers it", async () => {
    const { downloads, files, pins, fetched } = opened();
    files.set(url, contentOf("B"));
    expect((await downloads.get({ url }, context)).notice).toContain("sha256 B");
    expect([...pins]).toEqual([[url, "B"]]);
    expect(fetched).toEqual([]);
  });

  it("says what could not be kept, and remembers nothing of it", async () => {
    const { downloads, pins } = opened({ unkept: "There is no room." });
    for (const file of [{ url }, { url, sha256: "A" }])
      expect((await downloads.get(file, context)).notice).toBe(
        "https://h/a.onnx?… must be downloaded again next time. There is no room.",
      );
    expect([...pins]).toEqual([]);
  });
});

describe("find", () => {
  it.each([401, 403, 404, 410])("remembers what is not there (%d), until it is asked for", async (status) => {
    const { downloads, network, fetched, pins } = opened();
    network.answer = status;
    for (let i = 0; i < 2; i++) expect(await downloads.find({ url }, context)).toBeUndefined();
    expect(fetched).toHaveLength(1);
    expect(pins.get(url)).toBe(absent);
    network.answer = "A";
    expect((await downloads.get({ url }, context)).notice).toContain("sha256 A");
    expect((await downloads.find({ url }, context))?.sha256).toBe("A");
  });

  it("does not take a failure for an absence", async () => {
    const { downloads, network, pins } = opened();
    network.answer = 500;
    await expect(downloads.find({ url }, context)).rejects.toThrow("It answers 500.");
    expect([...pins]).toEqual([]);
  });
});

describe("has and forget", () => {
  it("look at the cache alone", async () => {
    const { downloads, files, pins, fetched } = opened();
    expect(await downloads.has({ url })).toBe(false);
    files.set(url, contentOf("A"));
    pins.set(url, "A");
    expect(await downloads.has({ url })).toBe(true);
    await downloads.forget({ url });
    expect([files.size, pins.size, fetched.length]).toEqual([0, 0, 0]);
  });
});
