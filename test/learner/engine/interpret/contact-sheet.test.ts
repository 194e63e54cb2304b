import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { createNodeDecoder } from "../../../../src/datasets/node.js";
import { contactSheet, picture, strongest } from "../../../../src/learner/engine/interpret/contact-sheet.js";

const activation = { name: "<8×8>", shape: [3, 1, 2], data: Float32Array.of(0, 1, -4, 0, 2, 1) };

it("strongest have the greatest values, whatever their sign", () => {
  expect(strongest(activation, 2).map(({ channel, map }) => [channel, [...map]])).toEqual([
    [1, [-4, 0]],
    [2, [2, 1]],
  ]);
});

it("picture goes from a channel's least value to its greatest, in whole squares", () => {
  const { data, height, width } = picture(Float32Array.of(-4, 0), 1, 2);
  expect([height, width]).toEqual([112, 224]);
  expect([...data.subarray(0, 3), ...data.subarray(3 * 111, 3 * 113), ...data.subarray(-3)]).toEqual([
    ...[0, 0, 4, 0, 0, 4, 252, 253, 191, 252, 253, 191],
  ]);
});

describe("contactSheet", () => {
  it("shows the strongest channels of each map, and leaves out what is none", async () => {
    const many = { name: "many", shape: [20, 2, 2], data: new Float32Array(80) };
    const svg = await contactSheet([activation, { ...activation, shape: [6] }, many], createNodeDecoder());
    expect(svg.match(/<image /g)).toHaveLength(3 + 8);
    expect(svg).toContain("&lt;8×8&gt;: the strongest of 3 channels, 1×2");
    expect(svg).toContain("many: the strongest of 20 channels, 2×2");
    const { width, height } = await sharp(Buffer.from(svg)).metadata();
    expect([width, height]).toEqual([968, 304]);
  });
});
