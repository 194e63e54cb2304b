// The convolution lesson in examples/: its numbers, and its page.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { convolve, kernelOf, kernels, sizeAfter } from "../../examples/convolution/convolve.js";
import { type Lesson, lesson } from "../../examples/convolution/lesson.js";
import { lessonPage } from "../../examples/convolution/page.js";
import { float32 } from "../../src/tensor.js";
import { fashionMini } from "../helpers/photos.js";

const photo = join(fashionMini, "valid/ankle-boot/00513.png");
const named = (name: string) => kernelOf(kernels.find((kernel) => kernel.name === name)!.values);

describe("the kernels", () => {
  const ramp = float32(
    [1, 1, 5, 6],
    Float32Array.from({ length: 30 }, (_, i) => (i % 6) + 10 * Math.floor(i / 6)),
  );
  const on = async (name: string) => [...(await convolve(ramp, named(name))).data];

  it.each([
    ["Identity", [11, 12, 13, 14]],
    ["Box blur", [11, 12, 13, 14]],
    ["Sharpen", [11, 12, 13, 14]],
    // Of slopes 1 to the right and 10 down: (1 + 2 + 1) · 2 times them.
    ["Sobel x", [8, 8, 8, 8]],
    ["Sobel y", [80, 80, 80, 80]],
    // The middle, and 6 times either slope.
    ["Emboss", [77, 78, 79, 80]],
  ])("%s of a ramp is what it is by hand", async (name, first) => {
    for (const [i, value] of (await on(name)).slice(0, 4).entries()) expect(value).toBeCloseTo(first[i]!, 4);
  });

  it.each([
    [28, 3, 0, 1, 26],
    [28, 3, 1, 1, 28],
    [28, 3, 0, 2, 13],
    [28, 3, 1, 2, 14],
    [7, 3, 0, 2, 3],
    [224, 7, 3, 2, 112],
  ])("of %i pixels, kernel %i, padding %i and stride %i leave %i", async (n, kernel, padding, stride, left) => {
    expect(sizeAfter(n, { kernel, padding, stride })).toBe(left);
    const pads = [padding, padding, padding, padding] as const;
    const weights = float32([1, 1, kernel, kernel], new Float32Array(kernel ** 2));
    const { shape } = await convolve(float32([1, 1, n, n]), weights, { strides: [stride, stride], pads });
    expect(shape).toEqual([1, 1, left, left]);
  });
});

describe("the lesson", () => {
  let told: Lesson;
  beforeAll(async () => {
    told = await lesson(photo);
  });

  it("computes the sizes that it states", () => {
    expect(told.steps.map(({ expected }) => expected)).toEqual([
      [26, 26],
      [28, 28],
      [13, 13],
      [14, 14],
    ]);
    for (const { expected, result } of told.steps) expect(result.shape.slice(2)).toEqual(expected);
  });

  it("adds up one pixel by hand to what the runtime has computed", () => {
    const { patch, kernel, sum } = told.worked;
    expect(patch.reduce((total, pixel, i) => total + pixel * kernel[i]!, 0)).toBeCloseTo(sum, 5);
    expect(sum).toBeGreaterThan(2);
  });

  it("shows of the network's own first kernels what the network itself says there", () => {
    const { kernels, maps, strides } = told.first;
    expect(kernels.shape).toEqual([32, 3, 3, 3]);
    expect(strides).toEqual([2, 2]);
    expect(maps.shape).toEqual([1, 32, 112, 112]);
    expect(told.said.shape).toEqual([32, 112, 112]);
    const furthest = maps.data.reduce((most, value, i) => Math.max(most, Math.abs(value - told.said.data[i]!)), 0);
    expect(furthest).toBeLessThan(1e-4);
  });

  it("goes through the stages, and ends with the place that speaks for what it sees", () => {
    expect(told.activations.map(({ shape }) => shape)).toEqual([
      [16, 112, 112],
      [24, 56, 56],
      [40, 28, 28],
      [112, 14, 14],
      [1280, 7, 7],
    ]);
    expect(told.gradCam).toMatchObject({ label: "ankle-boot", height: 7, width: 7 });
    expect(told.gradCam.probability).toBeGreaterThan(0.5);
  });

  it("is a page that needs nothing else", async () => {
    const page = await lessonPage(told, readFileSync(photo));
    for (const [, address] of page.matchAll(/(?:src|href)="([^"]*)"/g)) expect(address).toMatch(/^data:image\//);
    expect(page).not.toMatch(/<script|https?:/);
    // The photo twice, six kernels, four sizes, 32 kernels with what they make, five stages of eight, the heat map.
    expect(page.match(/<img /g)).toHaveLength(2 + 6 + 4 + 2 * 32 + 5 * 8 + 1);
    const { sum } = told.worked;
    expect(page).toContain(` = ${Math.round(255 * sum)}</p>`);
    expect(page).toContain("<td>0</td><td>26×26</td><td>26×26</td>");
  });
});
