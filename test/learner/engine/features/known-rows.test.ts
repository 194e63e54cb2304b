import { expect, it } from "vitest";
import type { Photo } from "../../../../src/datasets/photo-set.js";
import { memorySource } from "../../../../src/learner/engine/features/feature-source.js";
import { collectUnknown, knownRows } from "../../../../src/learner/engine/features/known-rows.js";
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
const setOf = (photos: readonly Photo[]) =>
  ({ task: "single-label", classes: ["a", "b"], photos, skipped: [] }) as const;
const all = setOf([photo("p/1", "1"), photo("p/2", "2"), photo("p/3", "3"), photo("p/v", "v", "valid")]);
const extraction = (train: readonly string[]) => ({ train: rows(train), valid: rows(["v"], 50), skipped: [] });

it("knownRows are found by photo, those left out that could not be read", async () => {
  const known = await knownRows(all, extraction(["1", "3"]), { views: 0 });
  expect([...known.train]).toEqual([
    ["p/1", float32([2], [0, -0]).data],
    ["p/3", float32([2], [1, -1]).data],
  ]);
  expect([...known.valid.keys()]).toEqual(["p/v"]);
});

it("knownRows are none before they were made, and none of photos with several", async () => {
  const none = await knownRows(all, undefined, { views: 0 });
  expect([none.train.size, none.valid.size]).toEqual([0, 0]);
  const varied = await knownRows(all, extraction(["1", "2", "3"]), { views: 2 });
  expect([varied.train.size, varied.valid.size]).toEqual([0, 1]);
});

it("knownRows pass over photos of one name of which one could not be read: nobody knows which", async () => {
  const twins = setOf([photo("p/1", "1"), photo("q/1", "1"), photo("p/2", "2"), photo("p/v", "v", "valid")]);
  const unsure = await knownRows(twins, extraction(["1", "2"]), { views: 0 });
  expect([...unsure.train]).toEqual([["p/2", float32([2], [1, -1]).data]]);
  const sure = await knownRows(twins, extraction(["1", "1", "2"]), { views: 0 });
  expect([...sure.train.keys()]).toEqual(["p/1", "q/1", "p/2"]);
});

it("collectUnknown neither reads nor runs what is known", async () => {
  const known = await knownRows(all, extraction(["1", "3"]), { views: 0 });
  const [read, added]: [string[], unknown[]] = [[], []];
  const collector = collectUnknown(
    {
      load: async ({ name }) => {
        read.push(name);
        return { rgb: [new Uint8Array(3)] };
      },
      add: async ({ name }, _, [features]) => {
        added.push([name, [...features!]]);
      },
      keep: async () => {},
      finish: async () => ({ train: rows([]), valid: rows([]) }),
    },
    known,
  );
  for (const one of all.photos) {
    const loaded = await collector.load(one);
    await collector.add(
      one,
      loaded,
      loaded.rgb.map((rgb) => rgb && Float32Array.of(8, 9)),
    );
  }
  expect(read).toEqual(["2"]);
  expect(added).toEqual([
    ["1", [0, -0]],
    ["2", [8, 9]],
    ["3", [1, -1]],
    ["v", [50, -50]],
  ]);
});
