// Small training steps, many in one run of a Loop: a run of its own for each would cost twice the time.
import type { Session } from "../../../runtime/session.js";
import { float32, int32 } from "../../../tensor.js";
import { type BeginTraining, successors } from "./steps.js";

/** @param session of a `trainingGraph`. */
export const loopSteps =
  (session: Session): BeginTraining =>
  async (start) => {
    let state = start;
    return {
      take: async ({ data, masks }, { first, batches, rates }) => {
        const steps = batches.length;
        const size = batches[0]!.length;
        const order = new Int32Array(steps * size);
        for (const [i, batch] of batches.entries()) order.set(batch, i * size);
        const outputs = await session.run({
          features: data.features,
          labels: data.labels,
          order: int32([steps, size], order),
          lr: float32([steps], rates.lr),
          momentum: float32([steps], rates.momentum),
          ...masks(first, steps, size),
          ...state,
        });
        state = successors(state, outputs);
        return outputs.losses!.data as Float32Array;
      },
      state: async () => state,
      end: () => {},
    };
  };
