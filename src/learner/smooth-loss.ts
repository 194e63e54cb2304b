// fast.ai's train_loss: a moving average over steps, bias-corrected, that runs on over the epochs of one fit.

const beta = 0.98;

export function createSmoothLoss(): { add(losses: Iterable<number>): void; readonly value: number } {
  let average = 0;
  let count = 0;
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
  };
}
