import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { augmented } from "../../src/datasets/augment/augmented.js";
import { plainView } from "../../src/datasets/augment/view.js";
import { imageFolder } from "../../src/datasets/image-folder.js";
import { createNodeDecoder, nodeFileTree } from "../../src/datasets/node.js";
import { resolvePhotos } from "../../src/datasets/photo-set.js";
import { type Filter, resample } from "../../src/datasets/resample.js";
import { centreWindow, resizedSize, type Size } from "../../src/datasets/resize.js";
import { defaultTransform, type ImageTransform, outputSize } from "../../src/datasets/transform.js";
import { describeShared, sharedPath } from "../helpers/shared.js";

const decoder = createNodeDecoder();
const bicubic: ImageTransform = { ...defaultTransform, resample: "bicubic" };
const { crop: _, ...uncropped } = bicubic;
const squash: ImageTransform = { ...uncropped, resize: { height: 224, width: 224 } };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "regraft datasets ä "));
});
afterAll(() => rm(folder, { recursive: true }));

describe("nodeFileTree", () => {
  it("reads a folder with any names, follows links, and comes back from links in a circle", async () => {
    const root = join(folder, "Fotos 写真");
    for (const path of [
      "Hund groß/1.jpg",
      "Hund groß/2.jpg",
      "猫/a b.png",
      "猫/ü.JPG",
      "linked/3.jpg",
      "linked/4.jpg",
    ]) {
      await mkdir(join(root, path, ".."), { recursive: true });
      await writeFile(join(root, path), "");
    }
    await mkdir(join(folder, "elsewhere"));
    await writeFile(join(folder, "elsewhere", "5.jpg"), "");
    await symlink(join(folder, "elsewhere"), join(root, "linked", "more"));
    await symlink(root, join(root, "linked", "circle"));
    await symlink(join(folder, "gone.jpg"), join(root, "猫", "gone.jpg"));
    const { classes, photos } = await resolvePhotos(imageFolder(root), nodeFileTree);
    expect(classes).toEqual(["Hund groß", "linked", "猫"]);
    const names = photos.map(({ name }) => name);
    expect(names).toContain("linked/more/5.jpg");
    expect(names).toContain("猫/gone.jpg");
    expect(names.filter((name) => name.startsWith("linked/circle/circle"))).toEqual([]);
    for (const { image } of photos)
      expect(existsSync(image as string) || (image as string).endsWith("gone.jpg")).toBe(true);
  });

  it("says which folder is not there, or is none", async () => {
    const missing = join(folder, "missing");
    await expect(nodeFileTree.list(missing)).rejects.toMatchObject({
      code: "file-access",
      details: { path: missing, operation: "read" },
      message: expect.stringMatching(/missing does not exist \(ENOENT\)\. Name a folder/),
    });
    await writeFile(join(folder, "file"), "");
    await expect(nodeFileTree.list(join(folder, "file"))).rejects.toThrow(/is not a folder \(ENOTDIR\)/);
    await expect(nodeFileTree.identity(missing)).rejects.toMatchObject({ code: "file-access" });
  });

  it.runIf(process.platform === "linux")("says of a folder whose name is not UTF-8 to rename it", async () => {
    const root = join(folder, "latin");
    // "ä" in Latin-1.
    const name = Buffer.concat([Buffer.from(`${root}/k`), Buffer.of(0xe4), Buffer.from("fer")]);
    await mkdir(name, { recursive: true });
    await writeFile(Buffer.concat([name, Buffer.from("/1.jpg")]), "");
    await expect(resolvePhotos(imageFolder(root), nodeFileTree)).rejects.toMatchObject({
      code: "file-access",
      message: expect.stringContaining("Its name is not in UTF-8: rename it."),
    });
  });

  it("reads files, none that are too large, and nothing but files", async () => {
    const path = join(folder, "list.csv");
    await writeFile(path, "a.jpg,cat");
    expect(String(await nodeFileTree.read(path, 9))).toBe("a.jpg,cat");
    await expect(nodeFileTree.read(path, 8)).rejects.toMatchObject({
      code: "file-access",
      details: { path, operation: "read" },
      message: expect.stringContaining("list.csv has 9 bytes, more than the 8 that are read"),
    });
    await expect(nodeFileTree.read(folder, 8)).rejects.toThrow("is not a file. Check the path.");
    await expect(nodeFileTree.read("/dev/zero", 8)).rejects.toThrow("is not a file");
    await expect(nodeFileTree.read(join(folder, "gone.csv"), 8)).rejects.toThrow("gone.csv does not exist (ENOENT)");
  });
});

/** Mean absolute difference of two images, of 255. */
function difference(a: Uint8Array, b: Uint8Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((sum, value, i) => sum + Math.abs(value - b[i]!), 0) / a.length;
}

async function rgbOf(path: string): Promise<Size & { data: Uint8Array }> {
  const { data, info } = await sharp(path, { autoOrient: true })
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

describe("reading", () => {
  it("gives a photo's bytes as they are, and refuses what decoding would, in the same words", async () => {
    const path = join(folder, "any.jpg");
    await writeFile(path, "no photo");
    expect(Buffer.from(await decoder.read(path, bicubic)).toString()).toBe("no photo");
    await truncate(path, 2 ** 27);
    for (const [bad, maxPixels] of [
      [path, 1],
      [folder, 100],
      [join(folder, "missing.jpg"), 100],
    ] as const) {
      const reading = await decoder.read(bad, { maxPixels }).catch((error: unknown) => error);
      expect(reading).toMatchObject({ code: "unreadable-image" });
      await expect(decoder.decode(bad, { ...bicubic, maxPixels })).rejects.toEqual(reading);
    }
  });
});

describe("whole pictures", () => {
  it("are what is cropped from, and larger where the photo has the pixels", async () => {
    const path = join(folder, "whole.png");
    const noise = { type: "gaussian" as const, mean: 128, sigma: 60 };
    await sharp({ create: { width: 500, height: 375, channels: 3, background: "grey", noise } })
      .png()
      .toFile(path);
    const whole = await decoder.decodeWhole(path, defaultTransform, 1);
    expect([whole.height, whole.width, whole.data.length]).toEqual([256, 341, 256 * 341 * 3]);
    const plain = await decoder.decode(path, defaultTransform);
    expect(augmented(whole, plainView(whole, defaultTransform), defaultTransform)).toEqual(plain);
    expect(await decoder.decodeWhole(path, defaultTransform, 1.25)).toMatchObject({ height: 320, width: 426 });
    const own = await decoder.decodeWhole(path, defaultTransform, 2);
    expect({ ...own, data: Buffer.from(own.data) }).toEqual({
      height: 375,
      width: 500,
      data: await sharp(path).removeAlpha().raw().toBuffer(),
    });
  });

  it("of strips are their middle", async () => {
    const path = join(folder, "strip.png");
    await sharp({ create: { width: 3000, height: 30, channels: 3, background: "red" } })
      .png()
      .toFile(path);
    expect(await decoder.decodeWhole(path, defaultTransform, 2)).toMatchObject({ height: 256, width: 1024 });
  });
});

describe("encoding", () => {
  it("makes a JPEG of what was decoded", async () => {
    const data = Uint8Array.from({ length: 40 * 30 * 3 }, (_, i) => (Math.floor(i / 3) % 40) * 6 + (i % 3));
    const jpeg = await decoder.encode({ data, width: 40, height: 30 });
    const { format, width, height } = await sharp(jpeg).metadata();
    expect({ format, width, height }).toEqual({ format: "jpeg", width: 40, height: 30 });
    const back = await decoder.decode(jpeg, { ...uncropped, resize: { height: 30, width: 40 } });
    const differences = back.map((value, i) => Math.abs(value - data[i]!));
    expect(differences.reduce((sum, x) => sum + x, 0) / data.length).toBeLessThan(2);
  });
});

describe("resizing", () => {
  // Smooth shapes with grain: what a photo is to a filter.
  async function generated(width: number, height: number): Promise<string> {
    const path = join(folder, `generated-${width}x${height}.png`);
    const noise = { type: "gaussian" as const, mean: 128, sigma: 60 };
    await sharp({ create: { width, height, channels: 3, background: "grey", noise } })
      .blur(1.5)
      .png()
      .toFile(path);
    return path;
  }

  it.each<[string, number, number, ImageTransform, number]>([
    ["reduced", 500, 375, bicubic, 0.3],
    ["reduced by more than 4", 1800, 1201, bicubic, 0.3],
    ["reduced, bilinear", 500, 375, defaultTransform, 0.3],
    ["reduced by more than 4, bilinear", 1800, 1201, defaultTransform, 0.5],
    ["enlarged", 160, 120, bicubic, 0],
    ["enlarged, bilinear", 120, 160, defaultTransform, 0],
    ["squashed: one edge reduced, one enlarged", 400, 100, squash, 0.3],
    ["squashed: reduced by more than 4, enlarged", 90, 1000, squash, 0.3],
    ["kept", 224, 224, squash, 0],
  ])("is Pillow's algorithm: %s", async (_, width, height, transform, tolerance) => {
    const path = await generated(width, height);
    const image = await rgbOf(path);
    const target = resizedSize(image, transform.resize);
    const expected = resample(image, target, transform.resample, centreWindow(target, outputSize(transform)));
    expect(difference(await decoder.decode(path, transform), expected)).toBeLessThanOrEqual(tolerance);
  });
});

// Python with Pillow: REGRAFT_PYTHON, or python3 on the path.
const python = process.env.REGRAFT_PYTHON ?? "python3";
const hasPillow = spawnSync(python, ["-c", "import PIL"]).status === 0;
if (!hasPillow)
  console.warn("skipped, needs Python with Pillow (REGRAFT_PYTHON names it): decoding compared with Pillow");

describeShared("decoding of real photos", () => {
  /** 20 photos, 6 of them made small enough to be enlarged, 2 turned by EXIF. */
  async function photos(): Promise<string[]> {
    const paths = ["cat", "dog"].map(async (name) => {
      const names = (await readdir(sharedPath("data/cats-vs-dogs/valid", name))).sort().slice(0, 10);
      return names.map((file) => sharedPath("data/cats-vs-dogs/valid", name, file));
    });
    const prepared = (await Promise.all(paths)).flat().map(async (path, i) => {
      if (i % 3 !== 0 && i % 10 !== 1) return path;
      const copy = join(folder, `photo-${i}.${i % 2 ? "png" : "jpg"}`);
      const image =
        i % 3 === 0 ? sharp(path).resize({ width: 60 + 15 * i }) : sharp(path).withMetadata({ orientation: 6 });
      await image.toFile(copy);
      return copy;
    });
    return Promise.all(prepared);
  }

  it.runIf(hasPillow)(
    "agrees with Pillow within 0.3 of 255 on 20 photos; exactly where PNGs are enlarged",
    async () => {
      const paths = await photos();
      const jobs = await Promise.all(paths.map((path, i) => pillowJob(path, i)));
      const script = fileURLToPath(new URL("./pillow_reference.py", import.meta.url));
      const input = jobs.map((job) => JSON.stringify(job)).join("\n");
      const { status, stderr } = spawnSync(python, [script, "photos"], { input, encoding: "utf8" });
      expect(status, stderr).toBe(0);
      const enlarged: string[] = [];
      for (const { path, out, enlarges } of jobs) {
        const mean = difference(await decoder.decode(path, bicubic), new Uint8Array(await readFile(out)));
        expect(mean, path).toBeLessThanOrEqual(enlarges && path.endsWith(".png") ? 0 : 0.3);
        if (enlarges) enlarged.push(path);
      }
      expect(enlarged.length).toBeGreaterThanOrEqual(5);
    },
  );

  async function pillowJob(path: string, i: number) {
    const { autoOrient } = await sharp(path).metadata();
    const target = resizedSize(autoOrient, bicubic.resize);
    const { left, top, width, height } = centreWindow(target, outputSize(bicubic));
    const filter: Filter = "bicubic";
    return {
      path,
      size: [target.width, target.height],
      box: [left, top, left + width, top + height],
      filter,
      out: join(folder, `pillow-${i}.rgb`),
      enlarges: Math.min(autoOrient.width, autoOrient.height) < 256,
    };
  }

  it("reads all 200 validation photos, whatever warnings they carry", async () => {
    const { photos: all } = await resolvePhotos(imageFolder(sharedPath("data/cats-vs-dogs/valid")), nodeFileTree);
    expect(all.length).toBe(200);
    const sample = all.filter((_, i) => i % 5 === 0);
    const decoded = await Promise.all(sample.map(({ image }) => decoder.decode(image, bicubic)));
    expect(decoded.every((rgb) => rgb.length === 224 * 224 * 3)).toBe(true);
  });
});
