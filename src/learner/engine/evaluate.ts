// The head on cached features: logits and mean loss.
import type { Session } from "../../runtime/session.js";
import type { Tensor } from "../../tensor.js";
import type { Features } from "./features.js";
import type { TrainingState } from "./trainer.js";

export interface Evaluation {
  /** [N, classes], row by row. */
  readonly logits: Float32Array;
  readonly loss: number;
}

// Keeps a run below 200 ms, as nothing can stop one, even with 1000 classes on 4096 features (4 G multiply-adds).
const rowsPerRun = 1024;

export interface EvaluateOptions {
  readonly session: Session;
  readonly parameters: TrainingState;
  readonly classes: number;
  readonly signal?: AbortSignal;
}

/** @param parameters the head's, by name. */
export async function evaluate(
  { features, labels }: Pick<Features, "features" | "labels">,
  { session, parameters, classes, signal }: EvaluateOptions,
): Promise<Evaluation> {
  const [count, width] = features.shape as [number, number];
  const logits = new Float32Array(count * classes);
  let total = 0;
  let weight = 0;
  for (let row = 0; row < count; row += rowsPerRun) {
    signal?.throwIfAborted();
    const end = Math.min(row + rowsPerRun, count);
    const outputs = await session.run({
      features: { dtype: "float32", shape: [end - row, width], data: features.data.subarray(row * width, end * width) },
      labels: { dtype: "int32", shape: [end - row], data: labels.data.subarray(row, end) },
      ...parameters,
    });
    logits.set(outputs.logits!.data as Float32Array, row * classes);
    total += scalar(outputs.total!);
    weight += scalar(outputs.weight!);
  }
  return { logits, loss: total / weight };
}

const scalar = (tensor: Tensor): number => (tensor.data as Float32Array)[0]!;
