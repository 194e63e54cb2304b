import { describe, expect, it } from "vitest";
import type { Photo } from "../../../../src/datasets/photo-set.js";
import { memorySource } from "../../../../src/learner/engine/features/feature-source.js";
import { collectUnknown, knownRows } from "../../../../src/learner/engine/features/known-rows.js";
import { viewSource } from "../../../../src/learner/engine/features/view-source.js";
import { float32, int32 } from "../../../../src/tensor.js";

const photo = (image: string, name: string, split: Photo["split"] = "train"): Photo => ({
  image,
  name,
  label: 0,
  split,
});
const rows = (names: readonly string[], first = 0) =>
  memorySource({
    features: float32(
      [names.length, 2],
      names.flatMap((_, i) => [first + i, -first - i]),
    ),
    labels: int32([names.length], Array<number>(names.length).fill(0)),
    names,
  });
const photos = [photo("p/1", "1"), photo("p/2", "2"), photo("p/3", "3"), photo("p/v", "v", "valid")];
/** Of the second photo there are no rows: it could not be read. */
const readable = photos.filter(({ name }) => name !== "2");
const valid = rows(["v"], 50);

it("knownRows are found by photo, those left out that could not be read", async () => {
  const known = await knownRows({ train: rows(["1", "3"]), valid, photos: readable, skipped: [] });
  expect([...known.train]).toEqual([
    ["p/1", { rows: [float32([2], [0, -0]).data] }],
    ["p/3", { rows: [float32([2], [1, -1]).data] }],
  ]);
  expect([...known.valid]).toEqual([["p/v", { rows: [float32([2], [50, -50]).data] }]]);
});

it("knownRows have all views of a photo", async () => {
  const train = viewSource(rows(["1", "1", "3", "3"]), 2, 7);
  const known = await knownRows({ train, valid, photos: readable, skipped: [] });
  expect([...known.train]).toEqual([
    ["p/1", { rows: [float32([2], [0, -0]).data, float32([2], [1, -1]).data] }],
    ["p/3", { rows: [float32([2], [2, -2]).data, float32([2], [3, -3]).data] }],
  ]);
});

it("knownRows are the hashes of files where rows are kept on disk", async () => {
  const hashes = (names: readonly string[]) => ({ ...rows(names), hashes: names.map((name) => `hash of ${name}`) });
  const known = await knownRows({ train: hashes(["1", "3"]), valid: hashes(["v"]), photos: readable, skipped: [] });
  expect([...known.train]).toEqual([
    ["p/1", { hash: "hash of 1" }],
    ["p/3", { hash: "hash of 3" }],
  ]);
  expect([...known.valid]).toEqual([["p/v", { hash: "hash of v" }]]);
});

describe("collectUnknown", () => {
  const known = {
    train: new Map([
      ["p/1", { rows: [Float32Array.of(0, 1), Float32Array.of(2, 3)] }],
      ["p/2", { hash: "of files is nothing that this collector knows" }],
    ]),
    valid: new Map([["p/3", { rows: [Float32Array.of(4, 5)] }]]),
  };

  it("neither reads nor runs what is known", async () => {
    const [read, added]: [string[], unknown[]] = [[], []];
    const collector = collectUnknown(
      {
        load: async ({ name }) => {
          read.push(name);
          return { rgb: [new Uint8Array(3)] };
        },
        add: async ({ name }, _, features) => {
          added.push([name, ...features.map((row) => [...row!])]);
        },
        keep: async () => {},
        finish: async () => ({ train: rows([]), valid: rows([]) }),
      },
      known,
    );
    for (const one of photos) {
      const loaded = await collector.load(one);
      const isKnown = one.name === "1";
      expect(loaded.rgb).toEqual(isKnown ? [undefined, undefined] : [new Uint8Array(3)]);
      await collector.add(one, loaded, isKnown ? [undefined, undefined] : [Float32Array.of(8, 9)]);
    }
    expect(read).toEqual(["2", "3", "v"]);
    // A photo that trains now is not the one that validated.
    expect(added).toEqual([
      ["1", [0, 1], [2, 3]],
      ["2", [8, 9]],
      ["3", [8, 9]],
      ["v", [8, 9]],
    ]);
  });
});
