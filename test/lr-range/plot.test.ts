import type { EChartsType } from "echarts";
import sharp from "sharp";
import { describe, expect, it, vi } from "vitest";
import { isRegraftError } from "../../src/errors.js";
import { plotRange } from "../../src/lr-range/plot.js";
import { suggest } from "../../src/lr-range/suggest.js";
import { curveOf, textbook } from "./curves.js";

const charts: EChartsType[] = [];
const broken = { next: false };
const fail = (message: string): never => {
  throw new Error(message);
};
vi.mock("echarts", async (original) => {
  const echarts = await original<typeof import("echarts")>();
  const init: typeof echarts.init = (...args) => {
    const chart = echarts.init(...args);
    charts.push(chart);
    if (broken.next) vi.spyOn(chart, "renderToSVGString").mockImplementation(() => fail("cannot draw"));
    return chart;
  };
  return { ...echarts, init };
});

const curve = curveOf(textbook);
const other = curveOf((x) => textbook(x) + 0.05 * Math.sin(9 * x));
const suggestion = suggest(curve);
const svg = await plotRange([curve, other, curve], suggestion);

describe("the picture", () => {
  it("names its axes, its rates and its decades", () => {
    for (const text of ["Learning-rate range test", "learning rate", "loss", "median of 3 runs", "single batches"]) {
      expect(svg).toContain(`>${text}</text>`);
    }
    for (const decade of ["1e-7", "1e-4", "0.001", "0.1", "1", "10"]) expect(svg).toContain(`>${decade}</text>`);
    for (const rule of ["valley", "steep", "minimum", "slide"]) expect(svg).toMatch(new RegExp(`>${rule} [\\d.e-]+<`));
    expect(svg).toContain(suggestion.reason);
  });

  it("is self-contained: no script, style sheet, link or font of its own", () => {
    expect(svg).toMatch(/^<svg /);
    expect(svg).not.toMatch(/<script|<style|<image|<foreignObject|@import|href=|url\((?!#)/);
    expect(svg.match(/https?:[^"]*/g)).toEqual(["http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"]);
    expect(new Set(svg.match(/font-family:[^;"]*/g))).toEqual(new Set(["font-family:sans-serif"]));
  });

  it("is the same string for the same input, however often it is drawn", async () => {
    expect(await plotRange([curve, other, curve], suggestion)).toBe(svg);
  });

  it("renders on opaque white, so that it is legible in dark mode too", async () => {
    const image = sharp(Buffer.from(svg));
    expect(await image.metadata()).toMatchObject({ width: 860, height: 500 });
    const { data, info } = await image.ensureAlpha().raw().toBuffer({ resolveWithObject: true });
    expect([...data.subarray(0, 4)]).toEqual([255, 255, 255, 255]);
    const alphas = data.filter((_, i) => i % info.channels === 3);
    expect(alphas.every((alpha) => alpha === 255)).toBe(true);
    // Blue ink of the median: the curve is really there.
    const blue = Array.from({ length: alphas.length }, (_, i) => data.subarray(4 * i, 4 * i + 3)).filter(
      ([r, g, b]) => r! < 40 && g! > 70 && g! < 120 && b! > 150,
    );
    expect(blue.length).toBeGreaterThan(1000);
  });

  it("escapes its text", async () => {
    const evil = await plotRange([curve], { ...suggestion, reason: '<script>alert("&")</script>' });
    expect(evil).not.toContain("<script>");
    expect(evil).toContain("&lt;script&gt;");
  });

  it("tells why there is no suggestion", async () => {
    const flat = curveOf(() => 1);
    expect(await plotRange([flat], suggest(flat))).toContain("The loss never falls");
    const empty = curveOf(() => 1, { lrs: [], losses: [], smoothed: [] });
    expect(await plotRange([empty], suggest(empty))).toContain("Only 0 of 0 points");
  });
});

it("refuses what has no median", async () => {
  const failure = await plotRange([], suggestion).catch((error: unknown) => error);
  expect(isRegraftError(failure, "invalid-argument")).toBe(true);
});

it("disposes of every chart, as Node does not exit otherwise, and of one that failed too", async () => {
  broken.next = true;
  await expect(plotRange([curve], suggestion)).rejects.toThrow("cannot draw");
  expect(charts.length).toBeGreaterThan(4);
  expect(charts.map((chart) => chart.isDisposed())).toEqual(charts.map(() => true));
});
