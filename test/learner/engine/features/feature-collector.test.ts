import { describe, expect, it } from "vitest";
import { defaultTransform } from "../../../../src/datasets/transform.js";
import { collectInMemory } from "../../../../src/learner/engine/features/feature-collector.js";
import { refusal } from "../../../helpers/refusal.js";
import { decode, itCollects, options, photo } from "./collecting.js";

describe("collectInMemory", () => {
  itCollects(() => collectInMemory(options));

  it("decodes a path as it is, and hashes nothing", async () => {
    decode.mockClear();
    const loaded = await collectInMemory(options).load(photo(1));
    expect(loaded).toEqual({ rgb: [Uint8Array.of(1, 2, 3)] });
    expect(decode).toHaveBeenCalledWith("1.jpg", defaultTransform);
  });

  it("refuses what does not fit", async () => {
    await refusal(() => collectInMemory({ ...options, memoryLimit: 47 }), "memory-limit", "6 photos", "cache.folder");
    collectInMemory({ ...options, memoryLimit: 48 });
  });
});
