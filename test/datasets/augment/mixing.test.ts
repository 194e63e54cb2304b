import { describe, expect, it } from "vitest";
import { drawMix, type Mix, mixRows } from "../../../src/datasets/augment/mixing.js";
import { stream } from "../../../src/random.js";

const size = { height: 20, width: 30 };
const drawn = (spec: { mixup?: number; cutmix?: number }, count = 2000) =>
  Array.from({ length: count }, (_, i) => drawMix({ mixup: 0, cutmix: 0, ...spec }, 8, size, stream(1, i)));
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const variance = (values: readonly number[]) => mean(values.map((value) => (value - mean(values)) ** 2));

describe("drawMix", () => {
  it("mixes nothing where both are off", () => {
    expect(drawn({}, 3)).toEqual([undefined, undefined, undefined]);
  });

  it.each([0.2, 0.4, 1, 3])(
    "draws mixup's share from Beta(α, α), α = %d: mean 1/2, variance 1/(4(2α + 1))",
    (alpha) => {
      const shares = drawn({ mixup: alpha }).map((mix) => mix!.own);
      expect(mean(shares)).toBeCloseTo(0.5, 1);
      expect(variance(shares)).toBeCloseTo(1 / (4 * (2 * alpha + 1)), 2);
      expect(Math.min(...shares)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...shares)).toBeLessThanOrEqual(1);
    },
  );

  it("gives numbers however small α is", () => {
    const shares = drawn({ mixup: 1e-4 }).map((mix) => mix!.own);
    expect(shares.filter((own) => own === 0).length / 2000).toBeCloseTo(0.5, 1);
    expect(shares.filter((own) => own === 1).length / 2000).toBeCloseTo(0.5, 1);
  });

  it("pairs each row with one other, or itself", () => {
    for (const mix of drawn({ mixup: 1 }, 20)) expect([...mix!.partners].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it("cuts boxes within the photo; the share is what the box leaves", () => {
    const cut = drawn({ cutmix: 1 });
    for (const mix of cut) {
      const { top, left, height, width } = mix!.box!;
      expect(Math.min(top, left, height, width)).toBeGreaterThanOrEqual(0);
      expect(top + height).toBeLessThanOrEqual(20);
      expect(left + width).toBeLessThanOrEqual(30);
      expect(mix!.own).toBeCloseTo(1 - (height * width) / 600, 12);
    }
    // Some reach over the edge and are cut off: E[λ] is then more than the half of Beta(1, 1).
    expect(mean(cut.map((mix) => mix!.own))).toBeGreaterThan(0.5);
  });

  it("takes one of the two ways for each batch where both are on", () => {
    const cut = drawn({ mixup: 0.4, cutmix: 1 }).filter((mix) => mix!.box);
    expect(cut.length / 2000).toBeCloseTo(0.5, 1);
  });

  it("cuts nothing out of rows that are no photos", () => {
    for (let i = 0; i < 50; i++)
      expect(drawMix({ mixup: 0.4, cutmix: 1 }, 8, undefined, stream(1, i))).toMatchObject({ box: undefined });
    expect(drawMix({ mixup: 0, cutmix: 1 }, 8, undefined, stream(1))).toBeUndefined();
  });
});

describe("mixRows", () => {
  const partners = Int32Array.of(1, 0, 2);

  it("is each row's own share of itself and the rest of its partner", () => {
    const mix: Mix = { own: 0.75, partners, box: undefined };
    expect([...mixRows(Float32Array.of(4, 8, 0, 16, 5, 6), 2, mix, undefined)]).toEqual([3, 10, 1, 14, 5, 6]);
  });

  it("pastes the partner's box into every channel", () => {
    const photo = { height: 2, width: 3 };
    const rows = Float32Array.from({ length: 3 * 18 }, (_, i) => i);
    const mix: Mix = { own: 0, partners, box: { top: 1, left: 1, height: 1, width: 2 } };
    const mixed = mixRows(rows, 18, mix, photo);
    const pasted = [4, 5, 10, 11, 16, 17];
    const expected = (row: number, partner: number) =>
      Array.from({ length: 18 }, (_, i) => (pasted.includes(i) ? partner : row) * 18 + i);
    expect([...mixed]).toEqual([...expected(0, 1), ...expected(1, 0), ...expected(2, 2)]);
    expect(rows[4]).toBe(4);
  });
});
