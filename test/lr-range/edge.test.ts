import { describe, expect, it } from "vitest";
import { edge } from "../../src/lr-range/edge.js";
import { suggest } from "../../src/lr-range/suggest.js";
import { curveOf } from "./curves.js";

/** Trained weights: the loss stays at 0.5 up to a rate of 1e-3 and then rises. */
const trained = (x: number): number => 0.5 + Math.max(0, x + 3);

describe("edge", () => {
  it("is where the loss rises by a quarter of its start", () => {
    expect(Math.log10(edge(curveOf(trained), 0)!)).toBeCloseTo(-2.8, 1);
  });

  it("is further where batches differ more", () => {
    expect(edge(curveOf(trained), 0.2)!).toBeGreaterThan(edge(curveOf(trained), 0.02)!);
  });

  it("is not where the loss comes down again, nor where it never rises", () => {
    const spike = curveOf((x) => (Math.abs(x + 5) < 0.2 ? 2 : trained(x)));
    expect(Math.log10(edge(spike, 0)!)).toBeCloseTo(-2.8, 1);
    expect(
      edge(
        curveOf(() => 0.5),
        0,
      ),
    ).toBeNull();
  });
});

describe("suggest", () => {
  it("takes a tenth of the edge where the weights are trained already, and says so", () => {
    const { lr, rule, reason } = suggest(curveOf(trained), { isTrained: true });
    expect(rule).toBe("edge");
    expect(Math.log10(lr!)).toBeCloseTo(-3.8, 1);
    expect(reason).toMatch(/trained already\. .* is a tenth of the rate from which on it clearly rises/);
  });

  it("has none for weights that were never trained: there is nothing to lose", () => {
    expect(suggest(curveOf(trained))).toMatchObject({ lr: null, rule: null });
  });

  it("has none where the loss rises from the first decade on", () => {
    expect(
      suggest(
        curveOf((x) => 0.5 + x + 7),
        { isTrained: true },
      ).lr,
    ).toBeNull();
  });
});
