// The head on cached features: logits and mean loss.
import type { Session } from "../../../runtime/session.js";
import type { Tensor } from "../../../tensor.js";
import type { FeatureSource } from "../features/feature-source.js";
import { turn } from "../turn.js";
import type { TrainingState } from "./steps.js";

export interface Evaluation {
  /** [N, classes], row by row. */
  readonly logits: Float32Array;
  readonly loss: number;
}

export interface EvaluateOptions {
  readonly session: Session;
  readonly parameters: TrainingState;
  readonly classes: number;
  /** Nothing can stop a run. */
  readonly rowsPerRun: number;
  readonly signal?: AbortSignal;
}

/**
 * Holds as many rows in memory as one run takes.
 * @param parameters the head's, by name.
 */
export async function evaluate(
  data: Pick<FeatureSource, "count" | "slice">,
  { session, parameters, classes, rowsPerRun, signal }: EvaluateOptions,
): Promise<Evaluation> {
  const { count } = data;
  const logits = new Float32Array(count * classes);
  let total = 0;
  let weight = 0;
  for (let row = 0; row < count; row += rowsPerRun) {
    await turn(signal);
    const { features, labels } = await data.slice(row, Math.min(row + rowsPerRun, count), signal);
    const outputs = await session.run({ features, labels, ...parameters });
    logits.set(outputs.logits!.data as Float32Array, row * classes);
    total += scalar(outputs.total!);
    weight += scalar(outputs.weight!);
  }
  return { logits, loss: total / weight };
}

const scalar = (tensor: Tensor): number => (tensor.data as Float32Array)[0]!;
