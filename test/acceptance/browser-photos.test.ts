// Photos in every form that a page has them in, through a whole learner: the same pixels, the same prediction.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ImageFile } from "../../src/datasets/image-files.js";
import { type BuildPage, openBuild } from "../helpers/browser-build.js";
import { describeChromium } from "../helpers/chromium.js";
import { classes, colouredPhoto, type PreparedPage, prepareLearners } from "../helpers/page-learner.js";
import { temporaryFolder } from "../helpers/temporary.js";

interface Found {
  readonly label: string;
  readonly logits: readonly number[];
}

const differenceOf = (one: Found, other: Found): number => {
  expect(one.logits).toHaveLength(classes.length);
  return Math.max(...one.logits.map((value, i) => Math.abs(value - other.logits[i]!)));
};

describeChromium("photos of a page", () => {
  let opened: BuildPage;
  beforeAll(async () => {
    opened = await openBuild({ isolated: false });
    await prepareLearners(opened);
  });
  afterAll(() => opened?.close());

  describe("in every form", () => {
    let bytes: Found;
    let found: Readonly<Record<string, Found>>;
    const still = ["File", "Blob", "relative address", "absolute address", "URL", "<img>", "<canvas>"];
    const bitmaps = ["OffscreenCanvas", "ImageBitmap", "ImageData", "VideoFrame"];

    beforeAll(async () => {
      await opened.page.setContent('<input type="file"><base href="/photos/">');
      const photo = { name: "red.png", mimeType: "image/png", buffer: await colouredPhoto("red", 0) };
      await opened.page.setInputFiles("input", photo);
      const outcome = await opened.page.evaluate(async () => {
        const { open } = globalThis as unknown as PreparedPage;
        const learner = await open();
        await learner.fit(3, 0.05);
        const told = async (image: ImageFile): Promise<Found> => {
          const { label, logits } = await learner.predict(image);
          return { label, logits: [...logits] };
        };
        const file = document.querySelector("input")!.files![0]!;
        const png = new Uint8Array(await file.arrayBuffer());
        const image = new Image();
        image.src = "red/0.png";
        await image.decode();
        const { width, height } = image;
        const canvas = Object.assign(document.createElement("canvas"), { width, height });
        const context = canvas.getContext("2d")!;
        context.drawImage(image, 0, 0);
        const offscreen = new OffscreenCanvas(width, height);
        offscreen.getContext("2d")!.drawImage(image, 0, 0);
        const frame = new VideoFrame(canvas, { timestamp: 0 });
        const images = {
          File: file,
          Blob: new Blob([png]),
          "relative address": "red/0.png",
          "absolute address": new URL("/photos/red/0.png", location.href).href,
          URL: new URL("/photos/red/0.png", location.href),
          "<img>": image,
          "<canvas>": canvas,
          OffscreenCanvas: offscreen,
          ImageBitmap: await createImageBitmap(image),
          ImageData: context.getImageData(0, 0, width, height),
          VideoFrame: frame,
        };
        const found: Record<string, Found> = {};
        for (const [name, image] of Object.entries(images)) found[name] = await told(image);
        frame.close();

        // A clip of one colour after the other, and what a canvas shows of the frame that is predicted.
        const clip = Object.assign(document.createElement("canvas"), { width: 64, height: 64 });
        const paint = clip.getContext("2d")!;
        const recorder = new MediaRecorder(clip.captureStream(30), { mimeType: "video/webm" });
        const parts: Blob[] = [];
        recorder.ondataavailable = ({ data }) => parts.push(data);
        const ended = new Promise((resolve) => {
          recorder.onstop = resolve;
        });
        recorder.start();
        for (let i = 0; i < 10; i++) {
          paint.fillStyle = i < 5 ? "#c04030" : "#3040c0";
          paint.fillRect(0, 0, 64, 64);
          paint.fillStyle = "#808080";
          paint.fillRect(i, i, 20, 20);
          await new Promise((resolve) => setTimeout(resolve, 40));
        }
        recorder.stop();
        await ended;
        const video = Object.assign(document.createElement("video"), { muted: true });
        video.src = URL.createObjectURL(new Blob(parts, { type: "video/webm" }));
        await video.play();
        await new Promise((resolve) => video.requestVideoFrameCallback(resolve));
        video.pause();
        const shown = Object.assign(document.createElement("canvas"), { width: 64, height: 64 });
        shown.getContext("2d")!.drawImage(video, 0, 0);
        const same = await new Promise<Blob | null>((resolve) => shown.toBlob(resolve, "image/png"));
        found["<video>"] = await told(video);
        found["a PNG of its frame"] = await told(same!);
        const bytes = await told(png);
        await learner.dispose();
        return { bytes, found };
      });
      ({ bytes, found } = outcome);
    });

    it("are told apart at all", () => {
      expect(bytes.label).toBe("red");
      expect(differenceOf(bytes, found["<video>"]!)).toBeGreaterThan(0.01);
    });

    it.each([...still, ...bitmaps])("give as %s what PNG bytes give", (form) => {
      expect(found[form]!.label).toBe(bytes.label);
      expect(differenceOf(found[form]!, bytes)).toBe(0);
    });

    it("give as <video> what a PNG of the frame gives that it shows", () => {
      expect(found["<video>"]!.label).toBe(found["a PNG of its frame"]!.label);
      // Its colours are turned from YUV once by the canvas and once by us: a step of 255 apart, if at all.
      expect(differenceOf(found["<video>"]!, found["a PNG of its frame"]!)).toBeLessThan(0.02);
    });
  });

  describe("in a folder that is chosen", () => {
    const counts = { train: 5, valid: 3 } as const;
    const trained = (root: string, splits: boolean) =>
      opened
        .run(
          async ({ imageFiles }, { splits }) => {
            const { open } = globalThis as unknown as PreparedPage;
            const files = Array.from(document.querySelector("input")!.files!);
            const data = await imageFiles(files, splits ? {} : { validFraction: 0.25, seed: 1 });
            const learner = await open({ data } as object);
            const { train, valid, skipped } = await learner.prepare();
            const [epoch] = await learner.fit(1, 0.05);
            const { classes } = learner;
            await learner.dispose();
            return {
              train,
              valid,
              skipped,
              classes,
              loss: epoch!.trainLoss,
              root: files[0]!.webkitRelativePath.split("/")[0],
            };
          },
          { splits },
        )
        .then((found) => {
          expect(found.root).toBe(root);
          return found;
        });

    const choose = async (root: string, paths: Readonly<Record<string, Buffer>>): Promise<void> => {
      const folder = join(temporaryFolder(), root);
      for (const [path, content] of Object.entries(paths)) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), content);
      }
      await opened.page.setContent('<input type="file" webkitdirectory>');
      await opened.page.setInputFiles("input", folder);
    };

    it("make classes by their folders, and a split where there is none", async () => {
      const paths: Record<string, Buffer> = { "notes.txt": Buffer.from("none") };
      for (const label of classes)
        for (let i = 0; i < 8; i++) paths[`${label}/${i}.png`] = await colouredPhoto(label, i);
      await choose("holiday", paths);
      const found = await trained("holiday", false);
      expect(found).toMatchObject({ train: 18, valid: 6, skipped: [], classes: [...classes] });
      expect(found.loss).toBeGreaterThan(0);
    });

    it("keep a split into train and valid", async () => {
      const paths: Record<string, Buffer> = {};
      for (const [split, count] of Object.entries(counts))
        for (const label of classes)
          for (let i = 0; i < count; i++) paths[`${split}/${label}/${i}.png`] = await colouredPhoto(label, i);
      await choose("sorted", paths);
      const found = await trained("sorted", true);
      expect(found).toMatchObject({ train: 15, valid: 9, skipped: [], classes: [...classes] });
      expect(found.loss).toBeGreaterThan(0);
    });
  });

  it("leave no worker running, and the console alone", async () => {
    await expect.poll(() => opened.page.workers().length, { timeout: 10_000 }).toBe(0);
    expect(opened.errors).toEqual([]);
  });
});
