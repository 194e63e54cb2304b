import { describe, expect, it } from "vitest";
import { createSmoothLoss } from "../../src/learner/smooth-loss.js";

describe("createSmoothLoss", () => {
  it("is the first loss after one step, not a fiftieth of it", () => {
    const smooth = createSmoothLoss();
    smooth.add([2.5]);
    expect(smooth.value).toBeCloseTo(2.5, 12);
  });

  it("weighs each loss 0.98 times as much as the next", () => {
    const smooth = createSmoothLoss();
    smooth.add([1, 2, 4]);
    expect(smooth.value).toBeCloseTo((0.98 ** 2 * 1 + 0.98 * 2 + 4) / (0.98 ** 2 + 0.98 + 1), 12);
  });

  it("stays where the loss does", () => {
    const smooth = createSmoothLoss();
    smooth.add(Array(1000).fill(0.7));
    expect(smooth.value).toBeCloseTo(0.7, 12);
  });

  it("does not depend on how the losses are divided, and takes what a run gives", () => {
    const losses = Array.from({ length: 20 }, (_, i) => 1 / (i + 1));
    const [whole, pieces] = [createSmoothLoss(), createSmoothLoss()];
    whole.add(losses);
    pieces.add([]);
    pieces.add(losses.slice(0, 7));
    pieces.add(losses.slice(7));
    expect(pieces.value).toBe(whole.value);
    const typed = createSmoothLoss();
    typed.add(Float32Array.of(0.5, 0.25));
    expect(typed.value).toBeCloseTo((0.98 * 0.5 + 0.25) / 1.98, 12);
  });

  it("goes on, to the bit, from a state that was written down", () => {
    const losses = Array.from({ length: 20 }, (_, i) => 1 / (i + 3));
    const whole = createSmoothLoss();
    whole.add(losses);
    const first = createSmoothLoss();
    first.add(losses.slice(0, 9));
    const second = createSmoothLoss(JSON.parse(JSON.stringify(first.state)));
    second.add(losses.slice(9));
    expect(second.value).toBe(whole.value);
    expect(second.state).toEqual({ average: whole.state.average, count: 20 });
  });

  it("is not a number before any loss", () => {
    expect(createSmoothLoss().value).toBeNaN();
  });
});
