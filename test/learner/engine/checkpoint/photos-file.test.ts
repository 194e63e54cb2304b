import { describe, expect, it } from "vitest";
import type { Photo, PhotoSet } from "../../../../src/datasets/photo-set.js";
import { photoDifferences, photosFile } from "../../../../src/learner/engine/checkpoint/photos-file.js";

const photo = (name: string, label: number, split: Photo["split"]): Photo => ({
  image: `/somewhere/${name}`,
  name,
  label,
  split,
});
const set: PhotoSet = {
  task: "single-label",
  classes: ["cat", "dog"],
  photos: [photo("a", 0, "train"), photo("b", 0, "valid"), photo("c", 1, "train"), photo("d", 1, "valid")],
  skipped: [],
};
/** An extraction in which these could be read. */
const reading = ({ photos }: PhotoSet, names: readonly string[]) => ({
  photos: photos.filter(({ name }) => names.includes(name)),
});

type Reading = ReturnType<typeof reading> | undefined;
const differences = (now: PhotoSet, before: Reading, after: Reading): string[] =>
  photoDifferences(photosFile(set, before), photosFile(now, after));

describe("a file of photos", () => {
  it("names them with class and split, and not where they lie", () => {
    const moved = { ...set, photos: set.photos.map((photo) => ({ ...photo, image: "elsewhere" })) };
    const file = photosFile(set, reading(set, ["a", "b", "c"]));
    expect(photosFile(moved, reading(moved, ["a", "b", "c"]))).toEqual(file);
    expect(JSON.parse(new TextDecoder().decode(file))).toEqual({
      classes: ["cat", "dog"],
      photos: [
        { name: "a", label: 0, split: "train" },
        { name: "b", label: 0, split: "valid" },
        { name: "c", label: 1, split: "train" },
        { name: "d", label: 1, split: "valid" },
      ],
      unreadable: ["d"],
    });
  });

  it("names one that could not be read though another one of its name could", () => {
    const twins = { ...set, photos: [...set.photos, photo("a", 0, "train")] };
    const file = photosFile(twins, { photos: twins.photos.slice(1) });
    expect(JSON.parse(new TextDecoder().decode(file)).unreadable).toEqual(["a"]);
  });

  it("tells photos that are gone, new, or of another class or split", () => {
    expect(differences(set, undefined, undefined)).toEqual([]);
    const without = { ...set, photos: [...set.photos.slice(1), photo("e", 0, "train"), photo("f", 1, "train")] };
    expect(differences(without, undefined, undefined)).toEqual(["1 photo gone: a", "2 photos new: e, f"]);
    const other = { ...set, photos: [photo("a", 0, "valid"), ...set.photos.slice(1, 3), photo("d", 0, "valid")] };
    expect(differences(other, undefined, undefined)).toEqual(["2 photos of another class or split: a, d"]);
  });

  it("tells classes that are gone or new", () => {
    expect(differences({ ...set, classes: ["cat", "hen"] }, undefined, undefined)).toEqual([
      "classes are gone: dog",
      "classes are new: hen",
    ]);
  });

  it("tells photos that can be read no more, or again, once both were tried", () => {
    const all = reading(set, ["a", "b", "c", "d"]);
    const some = reading(set, ["a", "b", "d"]);
    expect(differences(set, all, some)).toEqual(["1 photo cannot be read that could: c"]);
    expect(differences(set, some, all)).toEqual(["1 photo can be read that could not: c"]);
    expect(differences(set, some, undefined)).toEqual([]);
  });
});
