import { describe, expect, it } from "vitest";
import {
  generationOf,
  generationsIn,
  isManifest,
  isOurs,
  nameOf,
  sizeIn,
} from "../../../../src/learner/engine/checkpoint/file-names.js";

const hash = "0123456789abcdef";

describe("files in a folder of checkpoints", () => {
  it("are told from others, and are of a generation or shared", () => {
    const generations = {
      "checkpoint-000007.json": 7,
      [`checkpoint-000007-${hash}.safetensors`]: 7,
      "checkpoint-1234567.json": 1_234_567,
      [`photos-${hash}.json`]: undefined,
      [`start-${hash}.safetensors`]: undefined,
    };
    for (const [name, generation] of Object.entries(generations))
      expect([name, isOurs(name), generationOf(name)]).toEqual([name, true, generation]);
    const others = [
      "checkpoint-7.json",
      "checkpoint-000007.json.txt",
      "checkpoint-000007-1.safetensors",
      "photos-.json",
    ];
    for (const name of [...others, `checkpoint-${"9".repeat(16)}.json`, "checkpoint-mine.json", `start-${hash}.json`])
      expect([name, isOurs(name), generationOf(name), isManifest(name)]).toEqual([name, false, undefined, false]);
  });

  it("are listed by their manifests, the newest first", () => {
    const generations = [2, 11, 1_000_000];
    const files = generations.flatMap((generation) => [
      { name: `${nameOf(generation)}.json`, size: generation },
      { name: `${nameOf(generation + 1)}-${hash}.safetensors`, size: 1 },
    ]);
    expect(files.map(({ name }) => isManifest(name))).toEqual([true, false, true, false, true, false]);
    expect(generationsIn(files)).toEqual([1_000_000, 11, 2]);
    expect([sizeIn(files, "checkpoint-000011.json"), sizeIn(files, "checkpoint-000012.json")]).toEqual([11, undefined]);
  });
});
