// The page in examples/browser, as a user has it: served by its own server, gone through by its own controls.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { unzipSync } from "fflate";
import type { Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { splitClass } from "../../src/datasets/split.js";
import { formatRate } from "../../src/lr-range/format-rate.js";
import { loadClassifier } from "../helpers/build.js";
import { describeChromium, type OpenedPage, openPage } from "../helpers/chromium.js";
import { besideOthers, expectHeldAtMost, family, timeOf } from "../helpers/core-time.js";
import { drop, dropFolders, paste } from "../helpers/drops.js";
import { watchPage } from "../helpers/long-tasks.js";
import { fashionMini, photosIn } from "../helpers/photos.js";
import { runScript } from "../helpers/run-script.js";
import { temporaryFolder } from "../helpers/temporary.js";

const folder = temporaryFolder();
const script = new URL("../../examples/browser/serve.mjs", import.meta.url);
let server: ChildProcess;
let url: string;

beforeAll(async () => {
  server = spawn(process.execPath, [fileURLToPath(script), "--port", "0"], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(server.stdout!, "data");
  url = /http:\/\/127\.0\.0\.1:\d+/.exec(String(line))![0];
});
afterAll(() => server.kill());

describe("the server of the page", () => {
  it.each([
    ["/", "text/html; charset=utf-8"],
    ["/page.js", "text/javascript; charset=utf-8"],
    ["/node_modules/regraft/dist/browser-worker.js", "text/javascript; charset=utf-8"],
    ["/node_modules/onnxruntime-web/dist/ort.wasm.bundle.min.mjs", "text/javascript; charset=utf-8"],
    ["/node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded.wasm", "application/wasm"],
    ["/photos/valid/trouser/00980.png", "image/png"],
  ])("serves %s, isolated, as %s", async (path, type) => {
    const { status, headers } = await get(path);
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      "content-type": type,
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-embedder-policy": "require-corp",
    });
  });

  it.each([
    "/../../package.json",
    "/%2e%2e/%2e%2e/package.json",
    "/..%2f..%2fpackage.json",
    "/..%5c..%5cpackage.json",
    "/photos/..%2f..%2f..%2fpackage.json",
    "/node_modules/regraft/dist/..%2fpackage.json",
    "/node_modules/regraft/package.json",
    "/node_modules/fflate/package.json",
    "//etc/passwd",
    "/%00",
    "/%zz",
    "/photos/",
    "/nothing.js",
  ])("has nothing at %s", async (path) => {
    expect((await get(path)).status).toBe(404);
  });

  it("takes nothing", async () => {
    expect((await get("/", "POST")).status).toBe(405);
  });

  it("says what to do when its port is taken", async () => {
    const port = Number(new URL(url).port);
    const { code, stderr } = await runScript(script, ["--port", String(port)]);
    expect(code).toBe(1);
    expect(stderr.trim()).toBe(
      `Port ${port} is taken by another program. Take another: npm run example:browser -- --port ${port + 1}`,
    );
  });

  it("refuses what is no port", async () => {
    const { code, stderr } = await runScript(script, ["--port", "http"]);
    expect({ code, stderr: stderr.trim() }).toEqual({
      code: 1,
      stderr: '--port takes a number from 0 to 65535, not "http".',
    });
  });
});

/** Paths as they are: `fetch` would tidy them up. */
function get(path: string, method = "GET"): Promise<{ status: number; headers: NodeJS.Dict<string | string[]> }> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    request({ hostname, port, path, method }, (response) => {
      response.resume();
      resolve({ status: response.statusCode!, headers: response.headers });
    })
      .on("error", reject)
      .end();
  });
}

const limit = 50;
const epochs = 40;
const few = (label: string): string[] => photosIn(join(fashionMini, "train", label)).slice(0, 15);
const [unseen] = photosIn(join(fashionMini, "valid/trouser"));

describeChromium("the page that trains in the browser", () => {
  let opened: OpenedPage;
  let first: Awaited<ReturnType<typeof goThrough>>;

  beforeAll(async () => {
    const size = { width: 4000, height: 3000, channels: 3 } as const;
    const noise = { type: "gaussian", mean: 128, sigma: 30 } as const;
    await sharp({ create: { ...size, background: "grey", noise } }).toFile(join(folder, "large.jpg"));
    opened = await openPage();
    first = await goThrough(opened.page);
  });
  afterAll(() => opened?.close());

  it("says in the library's words why one class is not enough, and goes on", () => {
    expect(first.oneClass).toBe(
      "Cannot train on the image list: one class only (bag). Add photos of at least one other class.",
    );
  });

  it("names the files of a class that are no photos, and goes on", () => {
    expect(first.noPhotos).toMatch(/^2 of 17 photos cannot be read, more than .*: a\.txt \(.*\); b\.txt \(/);
  });

  it("counts photos that were chosen, dropped, and in a folder, each once", () => {
    expect(first.again).toBe("1 photo was there already.");
    expect(first.folder).toBe("Left out, being no images in a class's folder: notes.txt.");
    expect(first.summary).toBe("31 photos in 2 classes.");
    expect(first.thumbnails).toEqual([8, 8]);
  });

  it("tells what it prepared, on which device and why, and which photos it skipped", () => {
    expect(first.prepared).toBe("24 to train on, 6 to validate on, in 2 classes");
    expect(first.device).toMatch(/^wasm; not webgpu: .+/);
    expect(first.skipped).toHaveLength(1);
    expect(first.skipped[0]).toMatch(/^broken\.png: /);
    expect(first.fewPhotos).toMatch(/^Only 6 photos to validate on: each is worth 17 % of the accuracy below\./);
  });

  it("draws the range test, and takes over the rate that it suggests", () => {
    const rate = Number(first.rate);
    expect(rate).toBeGreaterThan(1e-4);
    expect(rate).toBeLessThan(1);
    expect(first.suggestion).toMatch(new RegExp(`^${formatRate(rate)} is the largest rate at which`));
    expect(first.curveSize).toEqual([860, 500]);
    expect(first.curve).toMatch(/^<svg .*<\/svg>$/s);
    expect(first.curve).toContain(`suggested ${formatRate(rate)}`);
  });

  it("shows every epoch", () => {
    expect(first.rows.map((row) => Number(row[0]))).toEqual(Array.from({ length: epochs }, (_, i) => i + 1));
    expect(Number(first.rows.at(-1)![1])).toBeLessThan(Number(first.rows[0]![1]));
    expect(first.rows.at(-1)!.slice(3)).toEqual([`${first.right} of 6`, `${((100 * first.right) / 6).toFixed(1)} %`]);
  });

  it("says how many of the validation photos are right, which its download confirms in Node", async () => {
    await using classifier = await loadClassifier(first.exported);
    let right = 0;
    for (const label of ["bag", "trouser"]) {
      const paths = few(label);
      const names = [...paths.map((path) => basename(path)), ...(label === "bag" ? ["broken.png"] : [])];
      const splits = splitClass(label, names, { validFraction: 0.2, seed: 42 });
      const valid = paths.filter((_, i) => splits[i] === "valid");
      expect(valid).toHaveLength(3);
      const predictions = await classifier.predict(valid);
      right += predictions.filter((prediction) => prediction.label === label).length;
    }
    expect(first.right).toBe(right);
    expect(first.right / 6).toBeGreaterThan(0.8);
  });

  it("tells what a photo shows that is large, or pasted", () => {
    expect(first.large).toEqual([320, 240]);
    expect(first.pasted).toBe("trouser");
  });

  it("tells what a photo shows, as its download does in Node", async () => {
    expect(first.scores.map(([label]) => label)).toEqual(["trouser", "bag"]);
    await using classifier = await loadClassifier(first.exported);
    const { label, scores } = await classifier.predict(unseen!);
    expect(label).toBe("trouser");
    for (const [i, [, figure]] of first.scores.entries())
      expect(Math.abs(parseFloat(figure!) - 100 * scores[i]!.probability)).toBeLessThan(0.15);
  });

  it("says of a file that is no photo why it cannot be tried", () => {
    expect(first.untried).toMatch(/^Cannot read a\.txt: /);
  });

  it("lists the files of the download", () => {
    expect(first.listed).toEqual(first.files);
    expect(first.files).toContain("onnx/model.onnx");
  });

  it("refuses a rate in the library's words", () => {
    expect(first.badRate).toMatch(/^Expected a positive rate.* for maxLr but received -1\.$/);
  });

  it("stops a training, and goes on from there", () => {
    expect(first.stopped).toBe("Stopped. What was learnt is kept; Train goes on from there.");
    expect(first.epochsAtStop).toBeGreaterThan(epochs);
    expect(first.epochsAtStop).toBeLessThan(100_000);
    expect(first.epochsAfterwards).toBe(first.epochsAtStop + 2);
  });

  it("starts over when photos have changed, with one learner at a time", () => {
    expect(first.stale).toEqual([false, true, false]);
    expect(first.preparedAgain).toBe("25 to train on, 6 to validate on, in 2 classes");
    expect(first.trainedAgain).toBe(false);
    expect(first.learners).toEqual([1, 1]);
  });

  it("takes thousands of photos in dropped folders, shows some, and can be stopped while it looks at them", () => {
    expect(first.many).toBe("2,200 photos in 102 classes.");
    expect(first.manyThumbnails.slice(0, 3)).toEqual([8, 8, 2]);
    expect(first.stoppedPreparing).toBe("Stopped.");
  });

  it("deletes the features that it kept", () => {
    expect(first.kept).toEqual([["features"], []]);
  });

  it("says nothing on the console", () => {
    expect(opened.errors).toEqual([]);
  });

  it(`never holds up its thread for more than ${limit} ms`, async () => {
    let attempt = 0;
    await expectHeldAtMost(limit, async () => {
      const { late, held, others, longestGap } = attempt++ === 0 ? first : await goThrough(opened.page);
      console.log(`the longest that a timer of 5 ms was late: ${longestGap.toFixed(1)} ms`);
      return { late, held, others };
    });
  });
});

/** Everything that a user can do, mistakes first. */
function goThrough(page: Page) {
  const before = timeOf(family());
  return besideOthers(
    async () => {
      await page.goto(url);
      const step = (id: string) => page.locator(`#${id}`);
      const button = (id: string, name: string) => step(id).getByRole("button", { name, exact: true });
      const message = (id: string) => step(id).locator(".message").first();
      const text = async (selector: string) => (await page.locator(selector).innerText()).trim();
      const outcome = (id: string) => step(id).locator(".outcome").waitFor();
      const card = (label: string) => page.locator(".class", { has: page.getByLabel(`Add photos to ${label}`) });
      const said = async (id: string) => {
        await message(id).waitFor();
        return message(id).innerText();
      };
      const counted = (photos: number) =>
        step("photos-summary")
          .filter({ hasText: `${photos} photos` })
          .waitFor();
      const files = writeFiles();
      // Playwright brings its own code into the page when it is first asked for something.
      await page.locator("h1").click();
      await page.evaluate(() => undefined);
      const watch = await watchPage(page, limit);

      const addClass = async (label: string, paths: readonly string[]) => {
        await page.getByLabel("New class").fill(label);
        await page.keyboard.press("Enter");
        await page.getByLabel(`Add photos to ${label}`).setInputFiles([...paths]);
      };
      const prepare = async () => {
        await button("prepare", "Prepare").click();
        await step("prepare").locator(".working").waitFor({ state: "hidden" });
      };
      await addClass("bags", few("bag").slice(0, 8));
      await page.getByLabel("Name of the class bags").fill("bag");
      await page.keyboard.press("Enter");
      await drop(page, ".class", few("bag").slice(7));
      await counted(15);
      const again = await said("photos");
      await prepare();
      const oneClass = await said("prepare");

      await addClass("notes", files.texts);
      await counted(17);
      await prepare();
      const noPhotos = await said("prepare");
      await card("notes").getByRole("button", { name: "Remove" }).click();

      await page.locator("#choose-folder").setInputFiles(files.chosen);
      await counted(30);
      const folder = await said("photos");
      await drop(page, ".class", [files.broken]);
      await counted(31);
      const summary = await text("#photos-summary");
      await prepare();
      const prepared = await text("#prepared-photos");
      const device = await text("#device");
      const fewPhotos = await text("#few-photos");
      await step("prepare").locator("summary").click();
      const skipped = await step("prepare").locator("details li").allInnerTexts();
      const learners = [await learnersOf(page)];
      const stale = [await page.locator("#stale").isVisible()];

      await button("rate", "Find a rate").click();
      await outcome("rate");
      const suggestion = await text("#suggestion");
      const rate = await page.getByLabel("Highest rate").inputValue();
      const curveSize = await page
        .locator("#curve")
        .evaluate((picture: HTMLImageElement) => [picture.naturalWidth, picture.naturalHeight]);
      const curve = readFileSync(await downloaded(page, () => button("rate", "Save the curve").click()), "utf8");

      const train = async (count: number) => {
        await page.getByLabel("Epochs", { exact: true }).fill(String(count));
        await button("train", "Train").click();
      };
      await train(epochs);
      await step("train").locator(".result").waitFor();
      const rows = await page
        .locator("#epoch-table tbody tr")
        .evaluateAll((rows) => rows.map((row) => Array.from(row.children, (cell) => cell.textContent ?? "")));
      const right = Number(/^(\d) of 6 validation photos right/.exec(await text("#verdict .result"))![1]);

      await page.locator("#choose-photo").setInputFiles(files.texts[0]!);
      const untried = await said("try");
      await drop(page, "#try", [unseen!]);
      await outcome("try");
      const scores = await page
        .locator("#scores li")
        .evaluateAll((items) => items.map((item) => Array.from(item.children, (part) => part.textContent ?? "")))
        .then((items) => items.map(([label, , figure]) => [label, figure] as const));

      await page.locator("#choose-photo").setInputFiles(files.large);
      await page.locator("#tried [aria-label='large.jpg']").waitFor();
      await page.waitForFunction(() => document.querySelector<HTMLCanvasElement>("#tried canvas")!.height === 240);
      const large = await page
        .locator("#tried canvas")
        .evaluate((canvas: HTMLCanvasElement) => [canvas.width, canvas.height]);
      await paste(page, unseen!);
      await page.locator(`#tried [aria-label='${basename(unseen!)}']`).waitFor();
      const pasted = await page.locator("#scores .label").first().innerText();

      const zip = await downloaded(page, () => button("download", "Download").click());
      await outcome("download");
      const listed = await page.locator("#exported li").allInnerTexts();

      await page.getByLabel("Highest rate").fill("-1");
      await train(2);
      const badRate = await said("train");
      await page.getByLabel("Highest rate").fill(rate);
      const epochsSoFar = async () =>
        Number(await page.locator("#epoch-table tbody tr").last().locator("td").first().innerText());
      await train(100_000);
      await step("train")
        .locator(".counts", { hasText: /^Epoch \d\d+ of/ })
        .waitFor();
      await button("train", "Stop").click();
      const stopped = await said("train");
      const epochsAtStop = await epochsSoFar();
      await train(2);
      await step("train").locator(".working").waitFor({ state: "hidden" });
      const epochsAfterwards = await epochsSoFar();

      await card("trouser")
        .getByLabel("Add photos")
        .setInputFiles(photosIn(join(fashionMini, "train/trouser"))[15]!);
      await counted(32);
      stale.push(await page.locator("#stale").isVisible());
      await prepare();
      stale.push(await page.locator("#stale").isVisible());
      const preparedAgain = await text("#prepared-photos");
      const trainedAgain = await step("train").locator(".outcome").isVisible();
      learners.push(await learnersOf(page));
      const thumbnails = await thumbnailsOf(page);

      await card("bag").getByRole("button", { name: "Remove" }).click();
      await card("trouser").getByRole("button", { name: "Remove" }).click();
      await dropFolders(page, "#photos", files.many);
      await page.locator("#photos-summary", { hasText: "2,200" }).waitFor();
      const many = await text("#photos-summary");
      const manyThumbnails = await thumbnailsOf(page);
      await button("prepare", "Prepare").click();
      await step("prepare").locator(".counts", { hasText: " of 2,200 photos" }).waitFor();
      await button("prepare", "Stop").click();
      const stoppedPreparing = await said("prepare");

      const kept = [await keptBy(page)];
      await button("prepare", "Delete kept features").click();
      await step("prepare").locator(".message", { hasText: "No features are kept" }).waitFor();
      kept.push(await keptBy(page));

      const watched = await watch.end();
      const unpacked = unpack(zip);
      return {
        ...{ again, oneClass, noPhotos, folder, summary, thumbnails, prepared, device, fewPhotos, skipped, learners },
        ...{ suggestion, rate, curve, curveSize, rows, right, untried, scores, listed, badRate, stopped },
        ...{ epochsAtStop, epochsAfterwards, stale, preparedAgain, trainedAgain, many, manyThumbnails },
        ...{ stoppedPreparing, large, pasted, kept, ...unpacked, ...watched },
      };
    },
    () => timeOf(family()) - before,
  );
}

const thumbnailsOf = (page: Page): Promise<number[]> =>
  page.locator(".pictures").evaluateAll((all) => all.map((pictures) => pictures.childElementCount));

/** How many learners the page has, once those are gone that are to go. */
async function learnersOf(page: Page): Promise<number> {
  const count = (): number => page.workers().filter((worker) => worker.url().endsWith("/browser-worker.js")).length;
  for (let i = 0; i < 50 && count() !== 1; i++) await page.waitForTimeout(20);
  return count();
}

/** The names in the page's private folder. */
const keptBy = (page: Page): Promise<string[]> =>
  page.evaluate(async () => {
    const names: string[] = [];
    const folder = await navigator.storage.getDirectory();
    for await (const name of (folder as unknown as { keys(): AsyncIterable<string> }).keys()) names.push(name);
    return names;
  });

/** What is chosen and dropped, beside the repository's own photos. */
function writeFiles() {
  const at = (...parts: string[]): string => {
    const path = join(folder, ...parts);
    mkdirSync(dirname(path), { recursive: true });
    return path;
  };
  const texts = ["a.txt", "b.txt"].map((name) => at(name));
  for (const path of texts) writeFileSync(path, "no photo");
  const broken = at("broken.png");
  writeFileSync(broken, readFileSync(unseen!).subarray(0, 60));
  for (const photo of few("trouser")) copyFileSync(photo, at("chosen/trouser", basename(photo)));
  writeFileSync(at("chosen/notes.txt"), "no photo");
  const many = ["left", "right"].map((label) => {
    for (let i = 0; i < 1000; i++) copyFileSync(unseen!, at(label, `${i}.png`));
    return at(label);
  });
  for (let i = 0; i < 100; i++)
    for (const name of ["a.png", "b.png"]) copyFileSync(unseen!, at("hundred", `${i}`, name));
  return { texts, broken, chosen: at("chosen"), many: [...many, at("hundred")], large: at("large.jpg") };
}

async function downloaded(page: Page, act: () => Promise<void>): Promise<string> {
  const [download] = await Promise.all([page.waitForEvent("download"), act()]);
  const path = join(folder, download.suggestedFilename());
  await download.saveAs(path);
  return path;
}

/** Where the export lies then, and its files as the page should list them. */
function unpack(zip: string): { exported: string; files: string[] } {
  const contents = unzipSync(readFileSync(zip));
  for (const [name, bytes] of Object.entries(contents)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
  const files = Object.keys(contents).map((name) => name.replace(/^my-model\//, ""));
  return { exported: join(folder, "my-model"), files };
}
