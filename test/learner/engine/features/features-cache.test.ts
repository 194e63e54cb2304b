// Extraction with a cache on disk: the same bits as without, nothing decoded twice, nothing believed that is damaged.
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { ImageSource } from "../../../../src/datasets/image-source.js";
import type { Photo, PhotoSet } from "../../../../src/datasets/photo-set.js";
import { defaultTransform, type ImageTransform } from "../../../../src/datasets/transform.js";
import { RegraftError } from "../../../../src/errors.js";
import type { Extraction } from "../../../../src/learner/engine/features/extraction.js";
import { openFeatureCache } from "../../../../src/learner/engine/features/feature-cache.js";
import { type ExtractOptions, extractFeatures } from "../../../../src/learner/engine/features/features.js";
import { nodeStorage } from "../../../../src/learner/node/storage.js";
import { graphOf } from "../../../../src/onnx/graph.js";
import type { Session } from "../../../../src/runtime/session.js";
import { type MemoryStorage, memoryStorage } from "../../../helpers/memory-storage.js";
import { refusal } from "../../../helpers/refusal.js";
import { sessionOf } from "../../../helpers/run-graph.js";
import { temporaryFolder } from "../../../helpers/temporary.js";
import { channelMeans, imageOf } from "../../../helpers/tiny-network.js";
import { colourDecoder, pathIn } from "../../../helpers/tiny-platform.js";

let session: Session;
beforeAll(async () => {
  const image = imageOf();
  session = await sessionOf(graphOf("frozen", [image], [channelMeans(image)]));
});
afterAll(() => session.release());

const { crop: _, ...uncropped } = defaultTransform;
const transform: ImageTransform = { ...uncropped, resize: { height: 4, width: 4 } };
const classes = ["blue", "green", "red"];

function photosOf(each: number, imageOfPhoto: (name: string) => string | Uint8Array = (name) => name): PhotoSet {
  const photos = classes.flatMap((className, label) =>
    Array.from({ length: each }, (_, i): Photo => {
      const name = `${className}/${i}`;
      return { image: imageOfPhoto(name), name, label, split: i % 5 === 4 ? "valid" : "train" };
    }),
  );
  return { task: "single-label", classes, photos, skipped: [] };
}

// Room for four photos in a segment, for 22 in memory beside it.
const memoryLimit = 4 * (64 + 4 * 44);

async function extract(options: Partial<ExtractOptions> = {}) {
  const decode = vi.fn(colourDecoder.decode);
  const progress: number[] = [];
  const extraction = await extractFeatures({
    network: { session, featureCount: 3 },
    source: "tiny",
    batchSize: 4,
    photos: photosOf(7),
    decoder: { ...colourDecoder, decode },
    transform,
    memoryLimit,
    maxSkipped: 0.1,
    signal: new AbortController().signal,
    onProgress: (done) => progress.push(done),
    ...options,
  });
  return { ...(await valuesOf(extraction)), decoded: decode.mock.calls.length, progress };
}

async function valuesOf({ train, valid, skipped }: Extraction) {
  const part = async (source: Extraction["train"]) => ({
    names: source.names,
    ...(await source.slice(0, source.count)),
  });
  return { train: await part(train), valid: await part(valid), skipped };
}

/** Without what says how it was done. */
const features = ({ train, valid, skipped }: Awaited<ReturnType<typeof extract>>) => ({ train, valid, skipped });
const segments = ({ files }: MemoryStorage): string[] => [...files.keys()].filter((name) => name.endsWith(".segment"));

const plain = () => extract({ memoryLimit: 2 ** 20 });

describe("extractFeatures with a cache", () => {
  it.each([
    ["that fit into memory", 2 ** 20],
    ["that do not", memoryLimit],
  ])("gives features %s, the same bits as without, and decodes nothing the second time", async (_, memoryLimit) => {
    const storage = memoryStorage();
    const first = await extract({ storage, memoryLimit });
    expect(features(first)).toEqual(features(await plain()));
    expect(first).toMatchObject({ decoded: 21, progress: [8, 16, 21] });
    const second = await extract({ storage, memoryLimit });
    expect(features(second)).toEqual(features(first));
    expect(second).toMatchObject({ decoded: 0, progress: [8, 16, 21] });
  });

  it("says in the folder what it is for", async () => {
    const storage = memoryStorage();
    await extract({ storage });
    const about = JSON.parse(new TextDecoder().decode(storage.files.get("about.json")));
    expect(about).toMatchObject({ features: 3, transform: { mean: transform.mean } });
    expect(segments(storage)).toHaveLength(6);
  });

  it("decodes what is new, and takes the rest from the cache, each in its place", async () => {
    const storage = memoryStorage();
    await extract({ storage, photos: photosOf(5) });
    const more = await extract({ storage, photos: photosOf(9), memoryLimit: 2 ** 20 });
    expect(more.decoded).toBe(12);
    expect(features(more)).toEqual(features(await extract({ photos: photosOf(9), memoryLimit: 2 ** 20 })));
  });

  it("knows photos by their content: the same one under two names, or given as bytes", async () => {
    const storage = memoryStorage();
    const read = async (image: ImageSource) => new TextEncoder().encode(pathIn(image).replace("blue/3", "blue/2"));
    const decode = vi.fn(colourDecoder.decode);
    const { train } = await extract({ storage, decoder: { read, decode } });
    const at = train.names.indexOf("blue/2");
    expect(train.features.data.subarray(3 * at, 3 * at + 3)).toEqual(
      train.features.data.subarray(3 * at + 3, 3 * at + 6),
    );
    const bytes = photosOf(7, (name) => new TextEncoder().encode(name));
    expect(await extract({ storage, photos: bytes })).toMatchObject({ decoded: 1 });
  });

  it("decodes a photo again once it has changed", async () => {
    const storage = memoryStorage();
    await extract({ storage });
    const read = async (path: string) => new TextEncoder().encode(path === "red/0" ? "red/changed" : path);
    const decode = vi.fn(colourDecoder.decode);
    const changed = await extract({ storage, decoder: { read, decode } });
    expect(decode.mock.calls.map(([image]) => new TextDecoder().decode(image as Uint8Array))).toEqual(["red/changed"]);
    const without = await extract({
      decoder: {
        read,
        decode: async (path, how) => colourDecoder.decode(path === "red/0" ? "red/changed" : path, how),
      },
      memoryLimit: 2 ** 20,
    });
    expect(features(changed)).toEqual(features(without));
  });

  it("skips what cannot be read or decoded as without a cache, every time", async () => {
    const photos = photosOf(7, (name) => (name === "green/2" ? "green/broken" : name));
    const storage = memoryStorage();
    const read = async (path: string) => {
      if (path === "red/1")
        throw new RegraftError("unreadable-image", { image: path, reason: "it is missing" }, "Cannot read it.");
      return colourDecoder.read(path, transform);
    };
    for (let i = 0; i < 2; i++) {
      const { skipped, train, valid } = await extract({ storage, photos, decoder: { ...colourDecoder, read } });
      expect(skipped).toEqual([
        { image: "green/2", reason: "it is broken" },
        { image: "red/1", reason: "it is missing" },
      ]);
      expect(train.names.length + valid.names.length).toBe(19);
    }
  });

  it("keeps what was extracted when it is cancelled, or fails", async () => {
    const storage = memoryStorage();
    const controller = new AbortController();
    const onProgress = () => controller.abort(new Error("enough"));
    await expect(extract({ storage, signal: controller.signal, onProgress })).rejects.toThrow("enough");
    expect(await extract({ storage })).toMatchObject({ decoded: 13 });
    const other = memoryStorage();
    const decode: typeof colourDecoder.decode = async (image, how) => {
      if (new TextDecoder().decode(image as Uint8Array) === "red/3") throw new Error("out of memory");
      return colourDecoder.decode(image, how);
    };
    await expect(extract({ storage: other, decoder: { ...colourDecoder, decode } })).rejects.toThrow("out of memory");
    expect(await extract({ storage: other })).toMatchObject({ decoded: 5 });
  });

  it("says that the disk is full, keeps what is on it, and goes on from there once there is room", async () => {
    const storage = memoryStorage();
    let room = 3;
    const write: typeof storage.write = async (name, bytes) => {
      if (room-- > 0) return storage.write(name, bytes);
      throw new RegraftError("file-access", { path: name, operation: "write" }, "Cannot write it: the disk is full.");
    };
    await refusal(() => extract({ storage: { ...storage, write } }), "file-access", "the disk is full");
    // The first of three is about.json.
    expect(segments(storage)).toHaveLength(2);
    const next = await extract({ storage });
    expect(next.decoded).toBe(13);
    expect(features(next)).toEqual(features(await plain()));
  });

  it("refuses a folder that cannot be written before it decodes anything", async () => {
    const decode = vi.fn(colourDecoder.decode);
    const storage = nodeStorage(new URL(import.meta.url).pathname);
    await refusal(() => extract({ storage, decoder: { ...colourDecoder, decode } }), "file-access", "Cannot write");
    expect(decode).not.toHaveBeenCalled();
  });

  it("extracts again what was in a damaged segment, and gives the same features", async () => {
    const storage = memoryStorage();
    const whole = features(await extract({ storage }));
    for (const [i, name] of segments(storage).entries()) {
      const bytes = storage.files.get(name)!;
      if (i % 2 === 0) storage.files.set(name, bytes.subarray(0, bytes.length - 1 - i));
      else bytes[(40 * i) % bytes.length]! ^= 4;
    }
    const again = await extract({ storage });
    expect(again.decoded).toBe(21);
    expect(features(again)).toEqual(whole);
  });

  it("may be done twice at once on one folder", async () => {
    const storage = nodeStorage(join(temporaryFolder(), "shared"));
    const both = await Promise.all([extract({ storage }), extract({ storage })]);
    const expected = features(await plain());
    for (const one of both) expect(features(one)).toEqual(expected);
    expect(await extract({ storage })).toMatchObject({ decoded: 0, ...expected });
  });

  it("never has more than the limit in memory: a chunk, and what is read at a time", async () => {
    const storage = memoryStorage();
    const { train } = await extractFeatures({
      network: { session, featureCount: 3 },
      ...{
        source: "tiny",
        batchSize: 4,
        photos: photosOf(40),
        decoder: colourDecoder,
        transform,
        memoryLimit,
        storage,
      },
      ...{ maxSkipped: 0, signal: new AbortController().signal, onProgress: () => {} },
    });
    expect(Math.max(...storage.reads)).toBeLessThanOrEqual(memoryLimit / 4);
    storage.reads.length = 0;
    const batches = Array.from({ length: 24 }, (_, i) =>
      Int32Array.from({ length: 4 }, (_, j) => (7 * (4 * i + j)) % 96),
    );
    let largest = 0;
    let chunks = 0;
    for await (const { features } of train.chunks(batches)) {
      largest = Math.max(largest, features.data.buffer.byteLength);
      chunks++;
    }
    expect(chunks).toBeGreaterThan(1);
    const inAll = largest + Math.max(...storage.reads);
    expect(inAll).toBeLessThanOrEqual(memoryLimit);
    // And it makes use of what it may have: one more batch would not fit.
    expect(largest + 4 * 12 + memoryLimit / 4).toBeGreaterThan(memoryLimit);
  });

  it("refuses a batch that the memory does not hold, before it reads or writes anything", async () => {
    const storage = memoryStorage();
    // 18 rows of 12 bytes beside a quarter of it, rounded down.
    const least = 287;
    const call = () => extract({ storage, batchSize: 64, memoryLimit: least - 1 });
    const { details } = await refusal(call, "memory-limit", "A batch of 18 photos", "lower batchSize");
    expect(details.limit).toBe(least - 1);
    expect(storage.files.size).toBe(0);
    await extract({ storage, batchSize: 64, memoryLimit: least });
  });

  it("leaves alone what else lies in the folder", async () => {
    const folder = join(temporaryFolder(), "lived in");
    mkdirSync(join(folder, "a.segment"), { recursive: true });
    writeFileSync(join(folder, "notes.txt"), "mine");
    writeFileSync(join(folder, "b.segment"), "no segment");
    await extract({ storage: nodeStorage(folder) });
    const left = readdirSync(folder);
    expect(left).toEqual(expect.arrayContaining(["notes.txt", "a.segment", "about.json"]));
    expect(left).not.toContain("b.segment");
    const cache = await openFeatureCache(nodeStorage(folder), { width: 3, memoryLimit });
    expect(cache.bufferSize).toBe(memoryLimit / 4);
  });
});
