// Whether gradients of a network of gradient-fixtures.ts are PyTorch's.
import { expect } from "vitest";
import { distance, type NetworkFixture } from "./gradient-fixtures.js";
import type { BatchGradients } from "./gradient-steps.js";

/** @param index of the batch they are of. */
export function checkNetworkGradients(
  found: BatchGradients,
  { batches, gradients, zero }: NetworkFixture,
  index: number,
): void {
  const { loss, float32 } = batches[index]!;
  expect(Math.abs(found.loss / loss - 1)).toBeLessThan(1e-5);

  const lengthOf = (weight: string): number => gradients[weight]![index]![0]!;
  const errorOf = (weight: string): number => distance(found.gradients[weight]!, gradients[weight]![index]!);
  const weights = Object.keys(gradients);
  const length = Math.hypot(...weights.map(lengthOf));
  // PyTorch's float32 differs from its float64 by as much as `float32` says, with oneDNN and without.
  const allowed = 3 * Math.max(...float32) + 1e-5;
  expect(Math.hypot(...weights.map(errorOf)) / length).toBeLessThan(allowed);
  // Among all of them nobody would see a mistake in a small one, and none in what should be zero.
  for (const weight of weights) {
    if (zero.includes(weight)) expect(Math.hypot(...found.gradients[weight]!) / length, weight).toBeLessThan(1e-6);
    else expect(errorOf(weight) / lengthOf(weight), weight).toBeLessThan(1e-3);
  }
}
