import { describe, expect, it } from "vitest";
import { compact, isImageSource, messageSize, nameOf } from "../../src/datasets/image-source.js";

const bytes = new Uint8Array([1, 2, 3]);
const blob = new Blob([bytes], { type: "image/png" });

describe("an image", () => {
  it.each([
    ["a path", "a.jpg", true],
    ["bytes", bytes, true],
    ["a Buffer", Buffer.from([1]), true],
    ["a Blob", blob, true],
    ["a File", new File([bytes], "a.png"), true],
    ["no text", "", false],
    ["a number", 3, false],
    ["nothing", undefined, false],
    ["an ArrayBuffer", bytes.buffer, false],
  ])("may be %s: %#", (_, value, isOne) => {
    expect(isImageSource(value)).toBe(isOne);
  });

  it("is called by its path or its file's name, if it has one", () => {
    expect(["photos/a.jpg", new File([bytes], "a.png"), blob, bytes].map(nameOf)).toEqual([
      "photos/a.jpg",
      "a.png",
      undefined,
      undefined,
    ]);
  });

  it("weighs what a message with it weighs: of a Blob not its bytes, but the time to look it up", () => {
    expect([blob, new Blob([new Uint8Array(2 ** 20)]), bytes, "a.jpg"].map(messageSize)).toEqual([
      2 ** 17,
      2 ** 17,
      3,
      5,
    ]);
  });

  it("is sent without the buffer around it", () => {
    const view = new Uint8Array(new ArrayBuffer(100), 10, 3);
    expect((compact(view) as Uint8Array).buffer.byteLength).toBe(3);
    expect(compact(bytes)).toBe(bytes);
    expect(compact(blob)).toBe(blob);
  });
});
