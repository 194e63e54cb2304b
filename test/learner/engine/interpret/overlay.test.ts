import { expect, it } from "vitest";
import { coloured, overlaid } from "../../../../src/learner/engine/interpret/overlay.js";

it("coloured goes from dark to bright, and stays at its ends outside of 0…1", () => {
  expect([...coloured(Float32Array.of(0, 0.5, 1))]).toEqual([0, 0, 4, 181, 54, 122, 252, 253, 191]);
  expect([...coloured(Float32Array.of(-3, 1 / 16, 7))]).toEqual([0, 0, 4, 14, 8, 36, 252, 253, 191]);
  const brightness = Array.from({ length: 65 }, (_, i) => {
    const [r, g, b] = coloured(Float32Array.of(i / 64));
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
  });
  for (const [i, value] of brightness.slice(1).entries()) expect(value).toBeGreaterThan(brightness[i]!);
});

it("overlaid is half the photo and half the colour", () => {
  expect([...overlaid(Uint8Array.of(255, 100, 0), Float32Array.of(0))]).toEqual([128, 50, 2]);
});
