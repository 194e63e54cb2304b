import { describe, expect, it } from "vitest";
import { classActivation, stretched } from "../../../../src/learner/engine/interpret/heat-map.js";

describe("classActivation", () => {
  const size = { height: 1, width: 2, channels: 2 };

  it("weighs channels by their mean gradient, drops what speaks against, and has 1 as its maximum", () => {
    // Means of the gradient: 2 and -1. Sums: 2·1 - 1·3 = -1, 2·4 - 1·0 = 8.
    const [map, gradient] = [Float32Array.of(1, 4, 3, 0), Float32Array.of(1, 3, -2, 0)];
    expect([...classActivation(map, gradient, { ...size, channelsLast: false })]).toEqual([0, 1]);
    const half = classActivation(Float32Array.of(2, 4, 0, 0), gradient, { ...size, channelsLast: false });
    expect([...half]).toEqual([0.5, 1]);
  });

  it("is the same of channels that come last", () => {
    const [map, gradient] = [Float32Array.of(2, 0, 4, 0), Float32Array.of(1, -2, 3, 0)];
    expect([...classActivation(map, gradient, { ...size, channelsLast: true })]).toEqual([0.5, 1]);
  });

  it("is 0 everywhere where nothing speaks for the class", () => {
    const map = classActivation(Float32Array.of(1, 1, 1, 1), Float32Array.of(-1, -1, 0, 0), {
      ...size,
      channelsLast: false,
    });
    expect([...map]).toEqual([0, 0]);
  });
});

describe("stretched", () => {
  it("lies between its neighbours, pixels being areas, and repeats the outermost ones", () => {
    const row = stretched(Float32Array.of(0, 1), { height: 1, width: 2 }, { height: 1, width: 4 });
    expect([...row]).toEqual([0, 0.25, 0.75, 1]);
    const square = stretched(Float32Array.of(0, 1, 2, 3), { height: 2, width: 2 }, { height: 4, width: 2 });
    expect([...square]).toEqual([0, 1, 0.5, 1.5, 1.5, 2.5, 2, 3]);
  });

  it("leaves a map of the size as it is", () => {
    const map = Float32Array.of(0.25, 0.5, 0.75, 1);
    expect(stretched(map, { height: 2, width: 2 }, { height: 2, width: 2 })).toEqual(map);
  });
});
