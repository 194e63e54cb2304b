import { describe, expect, it } from "vitest";
import { imageFolder } from "../../../src/datasets/image-folder.js";
import { imageList } from "../../../src/datasets/image-list.js";
import type { LearnerSpec } from "../../../src/learner/border/spec.js";
import { createStaging, type Slice, stage, stageData } from "../../../src/learner/border/stage.js";
import { toSpec } from "../../../src/learner/options.js";

const MiB = 2 ** 20;
const folder = imageFolder("photos");
const label = "cat";

async function staged(spec: LearnerSpec): Promise<{ slices: Slice[]; rest: LearnerSpec }> {
  const slices: Slice[] = [];
  const rest = await stage(spec, async (slice) => void slices.push(slice));
  return { slices, rest };
}

/** What the engine has after the slices have crossed to it as messages do. */
function received({ slices, rest }: Awaited<ReturnType<typeof staged>>): LearnerSpec {
  const staging = createStaging();
  for (const slice of slices) staging.take(structuredClone(slice));
  return staging.complete(structuredClone(rest));
}

const numbered = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (i * 7 + (i >> 13)) & 255);

describe("stage", () => {
  it("sends nothing for a name and a folder", async () => {
    const spec = toSpec({ data: folder });
    const { slices, rest } = await staged(spec);
    expect(slices).toEqual([]);
    expect(rest).toEqual(spec);
    expect(received({ slices, rest })).toEqual(spec);
  });

  it("cuts a model into slices of 8 MiB, the last one smaller", async () => {
    const model = numbered(20 * MiB + 5);
    const { slices, rest } = await staged(toSpec({ model, data: folder }));
    const cuts = slices.map((slice) => slice.kind === "model" && [slice.offset, slice.bytes.length, slice.total]);
    expect(cuts).toEqual([
      [0, 8 * MiB, model.length],
      [8 * MiB, 8 * MiB, model.length],
      [16 * MiB, 4 * MiB + 5, model.length],
    ]);
    expect(rest.model).toEqual(new Uint8Array(0));
    expect(Buffer.compare(received({ slices, rest }).model as Uint8Array, model)).toBe(0);
  });

  it("sends of a Buffer, whose slices are views, no more than each slice", async () => {
    const { slices } = await staged(toSpec({ model: Buffer.alloc(20 * MiB, 7), data: folder }));
    const sent = slices.map((slice) => (slice.kind === "model" ? slice.bytes.buffer.byteLength / MiB : 0));
    expect(sent).toEqual([8, 8, 4]);
  });

  it("sends of a view only the view, as a model and as a photo", async () => {
    const buffer = numbered(10 * MiB).buffer as ArrayBuffer;
    const view = new Uint8Array(buffer, 1000, 5);
    const data = imageList([{ image: Buffer.from(buffer, 2000, 7), label }]);
    const { slices } = await staged(toSpec({ model: view, data }));
    const [model, items] = slices;
    const bytes = model?.kind === "model" ? model.bytes : undefined;
    const image = items?.kind === "items" ? items.items[0]?.image : undefined;
    expect(bytes?.buffer.byteLength).toBe(5);
    expect(bytes).toEqual(new Uint8Array(buffer.slice(1000, 1005)));
    expect((image as Uint8Array).buffer.byteLength).toBe(7);
    expect(image).toEqual(new Uint8Array(buffer.slice(2000, 2007)));
  });

  it("sends at most 1000 photos at a time, in order", async () => {
    const items = Array.from({ length: 2001 }, (_, i) => ({ image: `photo ${i}.png`, label, name: `${i}` }));
    const spec = toSpec({ data: imageList(items) });
    const { slices, rest } = await staged(spec);
    expect(slices.map((slice) => slice.kind === "items" && slice.items.length)).toEqual([1000, 1000, 1]);
    expect(rest.data).toMatchObject({ kind: "list", items: [] });
    expect(received({ slices, rest })).toEqual(spec);
  });

  it("sends at most 64 files at a time, which a browser looks up one by one while the page waits", async () => {
    const items = Array.from({ length: 130 }, (_, i) => ({ image: new File(["x"], `${i}.png`), label }));
    const { slices } = await staged(toSpec({ data: imageList(items) }));
    expect(slices.map((slice) => slice.kind === "items" && [slice.offset, slice.items.length])).toEqual([
      [0, 64],
      [64, 64],
      [128, 2],
    ]);
  });

  it("ends a slice with the photo that fills 8 MiB, and sends larger photos alone", async () => {
    const sizes = [3, 3, 3, 3, 20, 1].map((size) => size * MiB);
    const items = sizes.map((size, i) => ({ image: new Uint8Array(size).fill(i), label }));
    const { slices, rest } = await staged(toSpec({ data: imageList(items) }));
    expect(slices.map((slice) => slice.kind === "items" && slice.items.length)).toEqual([3, 2, 1]);
    const { data } = received({ slices, rest });
    const images = data.kind === "list" ? data.items.map(({ image }) => image as Uint8Array) : [];
    expect(images.map((image) => [image.length, image[0], image.at(-1)])).toEqual(sizes.map((size, i) => [size, i, i]));
  });

  it("waits for each slice before it makes the next", async () => {
    let underWay = 0;
    const most: number[] = [];
    await stage(toSpec({ model: new Uint8Array(17 * MiB), data: folder }), async () => {
      most.push(++underWay);
      await new Promise((resolve) => setTimeout(resolve, 1));
      underWay--;
    });
    expect(most).toEqual([1, 1, 1]);
  });

  it("ends with what sending rejects with", async () => {
    const spec = toSpec({ model: new Uint8Array(1), data: folder });
    await expect(stage(spec, () => Promise.reject(new Error("gone")))).rejects.toThrow("gone");
  });
});

describe("stageData", () => {
  it("sends the items of a list and nothing of a folder, and forgets them once they are handed over", async () => {
    const staging = createStaging();
    const send = async (slice: Slice) => staging.take(structuredClone(slice));
    const data = imageList(Array.from({ length: 1500 }, (_, i) => ({ image: `${i}.jpg`, label })));
    const rest = await stageData(data, send);
    expect(rest).toMatchObject({ kind: "list", items: [] });
    expect(staging.completeData(rest)).toEqual(data);
    expect(staging.completeData(rest)).toEqual(rest);
    expect(staging.completeData(await stageData(folder, send))).toEqual(folder);
  });

  it("begins anew after a call that was cancelled halfway", async () => {
    const staging = createStaging();
    staging.take({ kind: "items", items: [{ image: "old.jpg", label }], offset: 0 });
    const data = imageList([{ image: "new.jpg", label }]);
    const rest = await stageData(data, async (slice) => staging.take(slice));
    expect(staging.completeData(rest)).toEqual(data);
  });
});
