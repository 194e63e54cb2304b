import { describe, expect, it } from "vitest";
import { isPhotoName, refusalOf } from "../../src/datasets/formats.js";

describe("isPhotoName", () => {
  it.each(["a.jpg", "A.JPEG", "b.Png", "c.webp", "d.gif", "e.TIF", "f.tiff", "g.avif", "日本 1.jpg", "a.b.jpe"])(
    "takes %s for a photo",
    (name) => expect(isPhotoName(name)).toBe(true),
  );

  it.each([
    ["IMG_1.HEIC", /HEIC.*convert it to JPEG/],
    ["a.svg", /drawing/],
    ["a.bmp", /convert it/],
    ["DSC1.NEF", /raw format/],
  ])("says why %s cannot be read", (name, reason) => {
    expect(isPhotoName(name)).toEqual({ refused: expect.stringMatching(reason) });
  });

  it.each(["notes.txt", "jpg", "labels.csv", "photo.jpg.part", "Makefile"])("sees no image in %s", (name) =>
    expect(isPhotoName(name)).toBe(false),
  );
});

describe("refusalOf", () => {
  const text = (content: string): Uint8Array => new Uint8Array(Buffer.from(content, "latin1"));
  const heif = (...brands: string[]): Uint8Array =>
    text(`\0\0\0${String.fromCharCode(12 + 4 * brands.length)}ftyp${brands[0]}\0\0\0\0${brands.slice(1).join("")}meta`);

  it.each([
    ["JPEG", text("\xff\xd8\xff\xe0")],
    ["PNG", text("\x89PNG\r\n\x1a\n")],
    ["GIF", text("GIF89a")],
    ["little-endian TIFF", text("II*\0")],
    ["big-endian TIFF", text("MM\0*")],
    ["WebP", text("RIFF\x10\0\0\0WEBPVP8 ")],
    ["AVIF", heif("avif", "mif1")],
    ["AVIF by a compatible brand", heif("mif1", "avif")],
  ])("lets %s pass", (_, bytes) => expect(refusalOf(bytes)).toBeUndefined());

  it.each([
    ["nothing", text(""), /empty/],
    ["HEIC, whatever its name", heif("heic", "mif1"), /HEIC.*convert it to JPEG/],
    ["SVG", text(`<svg xmlns="http://www.w3.org/2000/svg"/>`), /SVG/],
    ["SVG with a prologue", text(`\xef\xbb\xbf<?xml version="1.0"?>\n<!-- a drawing -->\n<svg/>`), /SVG/],
    ["BMP", text("BM\x36\0"), /BMP.*convert/],
    ["text", text("not an image"), /does not begin like JPEG/],
    ["RIFF that is no WebP", text("RIFF\x10\0\0\0WAVEfmt "), /does not begin/],
    ["one byte", text("\xff"), /does not begin/],
  ])("refuses %s", (_, bytes, reason) => expect(refusalOf(bytes)).toMatch(reason));
});
