import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { fromHex, sha256, toHex } from "../../../src/learner/engine/sha256.js";

describe("sha256", () => {
  it("is that of the standard", async () => {
    // FIPS 180-4's own examples.
    expect(await sha256(new Uint8Array(0))).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    const abc = new TextEncoder().encode("abc");
    expect(await sha256(abc)).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  });

  it("takes a view for what it shows", async () => {
    const bytes = Uint8Array.from({ length: 100 }, (_, i) => i);
    const view = bytes.subarray(10, 20);
    expect(await sha256(view)).toBe(createHash("sha256").update(view).digest("hex"));
  });
});

describe("toHex and fromHex", () => {
  it("are each other's reverse", () => {
    const bytes = Uint8Array.of(0, 1, 15, 16, 127, 128, 255);
    expect(toHex(bytes)).toBe("00010f107f80ff");
    expect(fromHex("00010f107f80ff")).toEqual(bytes);
  });
});
