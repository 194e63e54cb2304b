// Photos in a page that cannot be read, networks that take more memory than there is, and workers that end: what a learner
// says, and that its page goes on.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, expect, it } from "vitest";
import { writeModel } from "../../src/onnx/write.js";
import { blackPng } from "../datasets/black-png.js";
import { type BuildPage, openBuild } from "../helpers/browser-build.js";
import { describeChromium } from "../helpers/chromium.js";
import { convModel } from "../helpers/conv-network.js";
import {
  attempt,
  classes,
  colouredPhoto,
  type PageError,
  type PreparedPage,
  prepareLearners,
} from "../helpers/page-learner.js";
import { serveStatic } from "../helpers/static-server.js";
import { temporaryFolder } from "../helpers/temporary.js";

const text = (content: string): Buffer => Buffer.from(content, "latin1");

describeChromium("photos that cannot be read", () => {
  const folder = join(temporaryFolder(), "photos");
  let opened: BuildPage;
  let other: Awaited<ReturnType<typeof serveStatic>>;

  beforeAll(async () => {
    opened = await openBuild({ isolated: false });
    await prepareLearners(opened);
    other = await serveStatic({ isolated: false });
    const noise = sharp({
      create: {
        width: 64,
        height: 64,
        channels: 3,
        background: "red",
        noise: { type: "gaussian", mean: 128, sigma: 40 },
      },
    });
    const jpeg = await noise.jpeg().toBuffer();
    for (const label of classes) {
      mkdirSync(join(folder, label), { recursive: true });
      for (let i = 0; i < 8; i++) writeFileSync(join(folder, label, `${i}.png`), await colouredPhoto(label, i));
    }
    const bad: Record<string, Buffer> = {
      "text.jpg": text("hello, this is no photo"),
      "empty.png": text(""),
      "damaged.jpg": jpeg.subarray(0, jpeg.length * 0.6),
      "scan.tiff": await noise.tiff().toBuffer(),
      "phone.jpg": text("\0\0\0\x18ftypheic\0\0\0\0mif1heic"),
      "drawing.png": text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
      "huge.png": blackPng(20_000, 20_000),
      "deleted.png": await colouredPhoto("red", 9),
    };
    for (const [name, content] of Object.entries(bad)) writeFileSync(join(folder, "red", name), content);
    await opened.page.setContent('<input type="file" webkitdirectory>');
    await opened.page.setInputFiles("input", folder);
    rmSync(join(folder, "red", "deleted.png"));
  });
  afterAll(async () => {
    await opened?.close();
    await other?.close();
  });

  const reasons = {
    "red/damaged.jpg":
      "The source image could not be decoded; the file is missing or damaged: save it again from its source, or leave it out",
    "red/deleted.png":
      "A requested file or directory could not be found at the time an operation was processed; the file is missing or " +
      "damaged: save it again from its source, or leave it out",
    "red/drawing.png": "SVG is a drawing, not a photo; render it to PNG",
    "red/empty.png": "the file is empty",
    "red/huge.png": "20000 × 20000 pixels are more than 100000000; raise image.maxPixels or shrink the photo",
    "red/phone.jpg": "HEIC cannot be read; convert it to JPEG",
    "red/scan.tiff":
      "The source image could not be decoded; most browsers do not decode TIFF: convert it to JPEG or PNG",
    "red/text.jpg": "the file is not an image: it does not begin like JPEG, PNG, WebP, GIF, TIFF or AVIF",
  };
  const skipped = Object.entries(reasons).map(([image, reason]) => ({ image, reason }));

  /** A learner on the chosen folder. */
  const onFolder = (maxSkipped: number) =>
    opened.run(async ({ imageFiles }, maxSkipped) => {
      const { open, told } = globalThis as unknown as PreparedPage;
      const data = await imageFiles(Array.from(document.querySelector("input")!.files!), {
        validFraction: 0.25,
        seed: 1,
      });
      const size = { height: 16, width: 16 };
      const learner = await open({ data, image: { resize: size, crop: size, maxSkipped } } as object);
      try {
        const { skipped, train, valid } = await learner.prepare();
        const [epoch] = await learner.fit(1, 0.05);
        return { skipped, photos: train + valid, loss: epoch!.trainLoss };
      } catch (error) {
        return { error: told(error), label: (await learner.predict("/photos/red/0.png")).label };
      } finally {
        await learner.dispose();
      }
    }, maxSkipped);

  it("are skipped and named, each with its reason", async () => {
    const { skipped: found, photos, loss } = await onFolder(0.5);
    expect([...found!].sort((a, b) => (a.image < b.image ? -1 : 1))).toEqual(skipped);
    expect(photos).toBe(24);
    expect(loss).toBeGreaterThan(0);
  });

  it("end a call where they are too many, and the learner goes on", async () => {
    const { error, label } = await onFolder(0.2);
    const { code, details, message } = error!;
    expect(code).toBe("too-many-unreadable");
    expect((details as { total: number }).total).toBe(32);
    expect((details as { skipped: unknown[] }).skipped).toHaveLength(8);
    expect(message).toMatch(
      /^8 of 32 photos cannot be read, more than image\.maxSkipped = 0\.2 allows: red\/.* \(.*\); red\/.*; red\/.*; …\. Mend or remove them, or raise image\.maxSkipped\.$/,
    );
    expect(classes).toContain(label);
  });

  it("are refused by predict at once, with the same reasons, and the learner goes on", async () => {
    const found = await opened.run(
      async (_, addresses) => {
        const { open, told } = globalThis as unknown as PreparedPage;
        const learner = await open();
        const errors: Record<string, PageError | "read"> = {};
        const images: [string, string | File][] = Array.from(document.querySelector("input")!.files!).map((file) => [
          file.name,
          file,
        ]);
        for (const [name, image] of [...images, ...addresses.map((address): [string, string] => [address, address])])
          errors[name] = await learner.predict(image).then(() => "read" as const, told);
        const { label } = await learner.predict("/photos/red/0.png");
        await learner.dispose();
        return { errors, label };
      },
      ["/none.jpg", "/page.html", `${other.publish("/photo.png", await colouredPhoto("red", 1))}`],
    );
    expect(classes).toContain(found.label);
    for (const [image, reason] of Object.entries(reasons)) {
      const name = image.slice("red/".length);
      expect(found.errors[name]).toEqual({
        code: "unreadable-image",
        details: { image: name, reason },
        message: `Cannot read ${name}: ${reason}.`,
      });
    }
    const messageOf = (address: string) => (found.errors[address] as PageError).message.replace(opened.url, "");
    expect(messageOf("/none.jpg")).toBe(
      "Cannot read /none.jpg: the server answers with status 404; check the address.",
    );
    expect(messageOf("/page.html")).toBe(
      "Cannot read /page.html: the server answers with status 404; check the address.",
    );
    expect(messageOf(`${other.url}/photo.png`)).toBe(
      `Cannot read ${other.url}/photo.png: it cannot be fetched (Failed to fetch); check the address and the connection, ` +
        "and that a server of another origin allows this page to read it (CORS, the header Access-Control-Allow-Origin).",
    );
    expect(found.errors["0.png"]).toBe("read");
  });

  it("leave no worker running", async () => {
    await expect.poll(() => opened.page.workers().length, { timeout: 10_000 }).toBe(0);
  });
});

describeChromium("too little memory", () => {
  let opened: BuildPage;
  beforeAll(async () => {
    opened = await openBuild({ isolated: false });
    await prepareLearners(opened);
  });
  afterAll(() => opened?.close());

  /** A network whose first map is blown up to so many pixels each way, and cut down again. */
  const hugeModel = (times: number): number[] => [
    ...writeModel(
      convModel({
        after: {
          1: (op, map) =>
            op.Slice(op.Tile(map, op.ints(1, 1, times, times)), op.ints(0, 0), op.ints(8, 8), op.ints(2, 3)),
        },
      }),
    ),
  ];

  it("refuses features beyond cache.memoryLimit, and the learner goes on with a folder", async () => {
    const { error } = await attempt(opened, { cache: { memoryLimit: 500 } });
    expect(error).toEqual({
      code: "memory-limit",
      details: { needed: 24 * 8 * 4, limit: 500 },
      message:
        "The features of 24 photos take 1 MiB, more than cache.memoryLimit allows (1 MiB). Raise cache.memoryLimit, or " +
        "name a cache.folder to train from disk.",
    });
    const { loss } = await attempt(opened, { cache: { memoryLimit: 500, folder: "features" } });
    expect(loss).toBeGreaterThan(0);
  });

  it("tells of a browser that has no room for a cache, and works without one", async () => {
    const session = await opened.page.context().newCDPSession(opened.page);
    await session.send("Storage.overrideQuotaForOrigin", { origin: opened.url, quotaSize: 1 });
    const { error } = await attempt(opened, { cache: { folder: "kept" } });
    expect(error).toMatchObject({ code: "file-access", details: { operation: "write" } });
    expect(error!.message).toMatch(
      /^Cannot write kept\/[0-9a-f]{64}: the browser gives no more room beside the \d+\.\d MB that this site keeps\. Free space on the disk, .* Without cache\.folder, features need none\.$/,
    );
    expect((await attempt(opened)).loss).toBeGreaterThan(0);
    await session.send("Storage.overrideQuotaForOrigin", { origin: opened.url });
    await session.detach();
  });

  it("refuses a network with a tensor of absurd size before it runs", async () => {
    const { error } = await attempt(opened, { model: hugeModel(1024) });
    expect(error).toMatchObject({ code: "unsupported-model" });
    expect(error!.message).toMatch(/takes 2 GiB for 2 photos\. Export it for fewer photos at a time/);
    expect((await attempt(opened)).loss).toBeGreaterThan(0);
    expect(opened.errors).toEqual([]);
  });
});

describeChromium("a worker that ends", () => {
  let opened: BuildPage;
  beforeAll(async () => {
    opened = await openBuild({ isolated: false });
    await prepareLearners(opened);
  });
  afterAll(() => opened?.close());

  it("rejects what is under way and what comes later; a new learner works", async () => {
    const learning = await opened.page.evaluateHandle(async () => {
      const { open, told } = globalThis as unknown as PreparedPage;
      const learner = await open();
      let started = () => {};
      const isTraining = new Promise<void>((resolve) => {
        started = resolve;
      });
      const fit = learner.fit(100_000, 0.01, { callbacks: [{ afterEpoch: () => started() }] }).then(() => "done", told);
      await isTraining;
      return { learner, fit };
    });
    await opened.page.workers()[0]!.evaluate(() => close());
    const found = await opened.page.evaluate(async ({ learner, fit }) => {
      const { told } = globalThis as unknown as PreparedPage;
      const first = await fit;
      const later = await learner.predict("/photos/red/0.png").then(() => "done", told);
      return [first, later, await learner.dispose().then(() => "done", told)];
    }, learning);
    const failure = {
      code: "worker-failed",
      details: { reason: "the browser has ended it" },
      message:
        "The worker of this learner has failed: the browser has ended it. It may be short of memory: close other tabs, " +
        "then create a new learner.",
    };
    expect(found).toEqual([failure, failure, "done"]);
    expect((await attempt(opened)).loss).toBeGreaterThan(0);
    expect(opened.errors).toEqual([]);
  });

  it("by closing its page in the midst of training leaves the next page free, its cache as well", async () => {
    const cache = { folder: "kept", memoryLimit: 2 ** 20 };
    await opened.page.evaluate(async (cache) => {
      const learner = await (globalThis as unknown as PreparedPage).open({ cache });
      await learner.prepare();
      void learner.fit(100_000, 0.01);
    }, cache);
    await opened.reload();
    await prepareLearners(opened);
    const { loss } = await attempt(opened, { cache });
    expect(loss).toBeGreaterThan(0);
    await expect.poll(() => opened.page.workers().length, { timeout: 10_000 }).toBe(0);
    expect(opened.errors).toEqual([]);
  });
});
