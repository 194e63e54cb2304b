import { describe, expect, it } from "vitest";
import type { PhotoSet } from "../../../../src/datasets/photo-set.js";
import {
  batchTooLarge,
  refuseEmpty,
  refuseNotFinite,
  refuseTooLarge,
  refuseTooMany,
} from "../../../../src/learner/engine/features/feature-refusals.js";
import { memorySource } from "../../../../src/learner/engine/features/feature-source.js";
import { float32, int32 } from "../../../../src/tensor.js";
import { refusal } from "../../../helpers/refusal.js";

const set: PhotoSet = {
  task: "single-label",
  classes: ["a", "b"],
  photos: Array.from({ length: 9 }, (_, i) => ({ image: `${i}`, name: `${i}`, label: 0, split: "train" as const })),
  skipped: [
    { image: "x.heic", reason: "HEIC cannot be read" },
    { image: "notes.txt", reason: "it lies outside", stray: true },
  ],
};

describe("refuseTooMany", () => {
  it("counts what a folder skipped, but no strays", async () => {
    const more = { image: "1", reason: "it is broken" };
    expect(() => refuseTooMany(set.skipped, set, 0.1)).not.toThrow();
    const call = () => refuseTooMany([...set.skipped, more], set, 0.1);
    const { details } = await refusal(call, "too-many-unreadable", "2 of 10 photos", /HEIC.*; 1 \(it is broken\)\./);
    expect(details).toEqual({ skipped: [set.skipped[0], more], total: 10 });
  });
});

describe("refuseEmpty", () => {
  const rows = (labels: readonly number[]) =>
    memorySource({ features: float32([labels.length, 1]), labels: int32([labels.length], labels), names: [] });

  it("wants every class to train on, and something to validate on", async () => {
    expect(() => refuseEmpty(rows([1, 0]), rows([0]), set)).not.toThrow();
    await refusal(() => refuseEmpty(rows([1, 1]), rows([0]), set), "invalid-dataset", 'train on for "a"');
    await refusal(() => refuseEmpty(rows([1, 0]), rows([]), set), "invalid-dataset", "left to validate on");
  });

  const pairs = (labels: readonly number[]) => {
    const count = labels.length / 2;
    return memorySource({ features: float32([count, 1]), labels: float32([count, 2], labels), names: [] });
  };

  it("wants every label on some photo to train on", async () => {
    const labels = { ...set, task: "multi-label" } as const;
    expect(() => refuseEmpty(pairs([1, 0, 0, 1]), pairs([0, 0]), labels)).not.toThrow();
    await refusal(() => refuseEmpty(pairs([1, 0, 1, 0]), pairs([1, 1]), labels), "invalid-dataset", 'train on for "b"');
  });

  it("wants no values of numbers, but photos", async () => {
    const values = { ...set, task: "regression" } as const;
    expect(() => refuseEmpty(pairs([0, 0, 3.5, -2]), pairs([7, 7]), values)).not.toThrow();
    await refusal(() => refuseEmpty(pairs([0, 0]), pairs([]), values), "invalid-dataset", "left to validate on");
  });
});

describe("refuseNotFinite", () => {
  it("names the photo, the network, and what to check", async () => {
    expect(() => refuseNotFinite(Float32Array.of(0, -3e38, 1e-45), "cat.jpg", "pets.onnx")).not.toThrow();
    for (const bad of [Number.NaN, Number.NEGATIVE_INFINITY]) {
      const call = () => refuseNotFinite(Float32Array.of(1, bad), "cat.jpg", "pets.onnx");
      await refusal(call, "unsupported-model", `pets.onnx cannot be used`, `${bad}`, "cat.jpg", "image.std", "float16");
    }
  });
});

describe("what takes too much memory", () => {
  it("names both ways out", async () => {
    refuseTooLarge(1000, 1280, 5_120_000);
    const { message, details } = await refusal(() => refuseTooLarge(1000, 1280, 1_000_000), "memory-limit");
    expect(message).toBe(
      "The features of 1000 photos take 5 MiB, more than cache.memoryLimit allows (1 MiB). " +
        "Raise cache.memoryLimit, or name a cache.folder to train from disk.",
    );
    expect(details).toEqual({ needed: 5_120_000, limit: 1_000_000 });
    expect(batchTooLarge(64, 900, 800).message).toMatch(/64 photos takes 900 bytes.*\(800\).*lower batchSize/);
  });
});
