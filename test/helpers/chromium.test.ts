import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { describeChromium, openPage } from "./chromium.js";
import { temporaryFolder } from "./temporary.js";

describeChromium("a page in a real browser", () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "public", "deep"), { recursive: true });
  writeFileSync(join(folder, "secret.txt"), "secret");
  writeFileSync(join(folder, "public", "deep", "a.json"), "[1]");
  const roots = { "/files/": join(folder, "public") };

  it("runs our sources, isolated, with the files of its roots and nothing beside them", async () => {
    const { page, url, load, publish, errors, close } = await openPage({ roots });
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    const module = await load<typeof import("../../src/datasets/resize.js")>("src/datasets/resize.ts");
    const size = await page.evaluate(
      ({ resizedSize }) => resizedSize({ width: 300, height: 200 }, { shortestEdge: 100 }),
      module,
    );
    expect(size).toEqual({ width: 150, height: 100 });
    const statusOf = async (path: string) => (await fetch(url + path)).status;
    expect(await (await fetch(`${url}/files/deep/a.json`)).json()).toEqual([1]);
    expect(await (await fetch(publish("/b.json", "[2]"))).json()).toEqual([2]);
    const missing = [
      "/files/deep/",
      "/files/deep",
      "/files/%2e%2e%2fsecret.txt",
      "/files/..%5csecret.txt",
      "/files/%00",
    ];
    expect(await Promise.all(missing.map(statusOf))).toEqual([404, 404, 404, 404, 404]);
    expect(errors).toEqual([]);
    await page.evaluate(() => console.error("so"));
    expect(errors).toEqual(["so"]);
    await close();
  });

  it("has WebGPU, and is not isolated, where asked", async () => {
    const { page, close } = await openPage({ webgpu: true, isolated: false });
    const adapter = await page.evaluate(async () =>
      "gpu" in navigator ? Boolean(await (navigator.gpu as { requestAdapter(): unknown }).requestAdapter()) : "none",
    );
    expect([adapter, await page.evaluate(() => crossOriginIsolated)]).toEqual([true, false]);
    await close();
  });
});
