// fast.ai's train_loss: a moving average over steps, bias-corrected, that runs on over the epochs of one fit.
import type { SmoothState } from "./border/checkpoint.js";

const beta = 0.98;

/** @param start where one left off that is to be gone on with. */
export function createSmoothLoss(start: SmoothState = { average: 0, count: 0 }): {
  add(losses: Iterable<number>): void;
  readonly value: number;
  readonly state: SmoothState;
} {
  let { average, count } = start;
  return {
    add: (losses) => {
      for (const loss of losses) {
        average = beta * average + (1 - beta) * loss;
        count++;
      }
    },
    get value() {
      return average / (1 - beta ** count);
    },
    get state() {
      return { average, count };
    },
  };
}
