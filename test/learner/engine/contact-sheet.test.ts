import { describe, expect, it } from "vitest";
import { contactSheet } from "../../../src/learner/engine/contact-sheet.js";

const jpeg = Uint8Array.of(255, 216, 1, 2);
const sheet = (captions: readonly string[], size = { height: 224, width: 224 }) =>
  contactSheet(
    captions.map((caption) => ({ jpeg, caption })),
    { size, title: "Epoch <0>" },
  );

describe("contactSheet", () => {
  it("puts photos in rows of a square, each with its line, on a ground of its own", () => {
    const svg = sheet(["cat", "dog", "cow"]);
    expect(svg).toMatch(/^<svg [^>]*width="400" height="460"/);
    expect(svg).toContain('<rect width="100%" height="100%" fill="#ffffff"/>');
    const places = [...svg.matchAll(/<image x="(\d+)" y="(\d+)" width="168" height="168" href="([^"]*)"/g)];
    expect(places.map(([, x, y]) => [x, y])).toEqual([
      ["16", "44"],
      ["200", "44"],
      ["16", "252"],
    ]);
    expect(places.map(([, , , href]) => href)).toEqual(Array(3).fill("data:image/jpeg;base64,/9gBAg=="));
    expect([...svg.matchAll(/font-size="13">([^<]*)</g)].map(([, text]) => text)).toEqual(["cat", "dog", "cow"]);
  });

  it("keeps the photos' shape", () => {
    expect(sheet(["cat"], { height: 100, width: 200 })).toContain('width="168" height="84"');
  });

  it("shortens long names, which are told in full, and escapes what XML would read", () => {
    const long = "Australian shepherd & <border> collie";
    const svg = sheet([long, "写".repeat(20), "a\u0001b"]);
    expect(svg).toContain("<title>Australian shepherd &amp; &lt;border&gt; collie</title>");
    expect(svg).toContain(">Australian shepherd &amp; &lt;b…<");
    expect(svg).toContain(`>${"写".repeat(11)}…<`);
    expect(svg).toContain(">a b<");
    expect(svg).toContain(">Epoch &lt;0&gt;<");
  });

  it("is a sheet without photos too", () => {
    expect(sheet([])).toMatch(/^<svg .*<\/svg>\n$/s);
  });
});
