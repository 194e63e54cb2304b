import { describe, expect, it } from "vitest";
import { bytesOf, refuseBytes, refusePixels, unreadable } from "../../src/datasets/unreadable.js";

const bytes = new Uint8Array([1, 2, 3]);

describe("unreadable images", () => {
  it("are named, or counted in bytes", () => {
    const cause = new Error("why");
    const error = unreadable("a.jpg", "it is damaged", cause);
    expect(error).toMatchObject({
      code: "unreadable-image",
      details: { image: "a.jpg", reason: "it is damaged" },
      cause,
    });
    expect(error.message).toBe("Cannot read a.jpg: it is damaged.");
    expect(unreadable(new File([bytes], "b.png"), "x").message).toBe("Cannot read b.png: x.");
    expect(unreadable(new Blob([bytes]), "x").message).toBe("Cannot read an image of 3 bytes: x.");
    expect(unreadable(bytes, "x").message).toBe("Cannot read an image of 3 bytes: x.");
  });

  it("have more pixels than allowed", () => {
    expect(() => refusePixels("a.jpg", { width: 10, height: 10 }, { maxPixels: 100 })).not.toThrow();
    expect(() => refusePixels("a.jpg", { width: 10, height: 11 }, { maxPixels: 100 })).toThrow(
      "10 × 11 pixels are more than 100; raise image.maxPixels",
    );
  });

  it("or more bytes than those can need: 8 each, and 64 MiB", () => {
    const most = 800 + 2 ** 26;
    expect(() => refuseBytes("a.jpg", most, { maxPixels: 100 })).not.toThrow();
    expect(() => refuseBytes("a.jpg", most + 1, { maxPixels: 100 })).toThrow(`it has ${most + 1} bytes`);
  });
});

describe("bytesOf", () => {
  it("gives the bytes of a Blob, and bytes as they are", async () => {
    expect(await bytesOf(new Blob([bytes]), { maxPixels: 1 })).toEqual(bytes);
    expect(await bytesOf(bytes, { maxPixels: 1 })).toBe(bytes);
  });

  it("refuses a Blob that is too large before reading it", async () => {
    const large = Object.defineProperty(new Blob([bytes]), "size", { value: 2 ** 27 });
    await expect(bytesOf(large, { maxPixels: 1 })).rejects.toMatchObject({ code: "unreadable-image" });
  });
});
