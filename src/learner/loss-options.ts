// The option `loss`: what training makes small.
import { checkFields, isObject } from "../arguments.js";
import type { Task } from "../datasets/task.js";
import { invalidArgument } from "../errors.js";
import type { ClassWeights, LossSpec } from "./border/spec.js";

export interface CrossEntropyLoss {
  readonly name: "cross-entropy";
  /** In [0, 1): the part of the target spread over all classes; default 0. */
  readonly labelSmoothing?: number;
  /** Weights by class name, or "balanced" to let every class count alike; default: all 1. */
  readonly classWeights?: ClassWeights;
}

/** Binary cross-entropy of each label, PyTorch's BCEWithLogitsLoss. */
export interface BinaryCrossEntropyLoss {
  readonly name: "bce";
  /**
   * How many times more a photo with the label counts than one without: by name, or "balanced", the photos without it over those
   * with it; default: all 1.
   */
  readonly posWeights?: ClassWeights;
}

/** Squared or absolute errors, in standard deviations of the values; or PyTorch's HuberLoss of them: see `delta`. */
export interface ValueLoss {
  readonly name: "mse" | "mae" | "huber";
  /** Of "huber" alone: errors count squared up to so many standard deviations, and beyond as they are; default 1. */
  readonly delta?: number;
}

type Losses = {
  readonly "single-label": CrossEntropyLoss;
  readonly "multi-label": BinaryCrossEntropyLoss;
  readonly regression: ValueLoss;
};

/** What the option takes, of each task. */
export type LossOption<T extends Task = Task> = Losses[T] | Losses[T]["name"];

const names: Readonly<Record<Task, readonly LossSpec["name"][]>> = {
  "single-label": ["cross-entropy"],
  "multi-label": ["bce"],
  regression: ["mse", "mae", "huber"],
};

type AnyLoss = { readonly name: string } & Partial<
  Omit<CrossEntropyLoss, "name"> & Omit<BinaryCrossEntropyLoss, "name"> & Omit<ValueLoss, "name">
>;

/** @throws RegraftError "invalid-argument", also for a loss of another task */
export function lossOf(loss?: LossOption, task: Task = "single-label"): LossSpec {
  const given: AnyLoss =
    loss === undefined ? { name: names[task][0]! } : typeof loss === "string" ? { name: loss } : loss;
  const known = {
    name: true,
    ...(task === "single-label" && { labelSmoothing: true, classWeights: true }),
    ...(task === "multi-label" && { posWeights: true }),
    ...(given?.name === "huber" && { delta: true }),
  };
  const {
    name,
    labelSmoothing = 0,
    classWeights,
    posWeights,
    delta = 1,
  } = checkFields<AnyLoss>("loss", given, known as never);
  if (!names[task].includes(name as LossSpec["name"]))
    throw invalidArgument("loss", `${names[task].map((one) => `"${one}"`).join(" or ")} for ${task} data`, name);
  if (!(Number.isFinite(labelSmoothing) && labelSmoothing >= 0 && labelSmoothing < 1))
    throw invalidArgument("loss.labelSmoothing", "a number in [0, 1)", labelSmoothing);
  for (const [option, weights] of Object.entries({ classWeights, posWeights }))
    if (weights !== undefined && weights !== "balanced" && !isObject(weights))
      throw invalidArgument(`loss.${option}`, '"balanced" or weights by class name', weights);
  if (task === "single-label") return { name: "cross-entropy", labelSmoothing, classWeights };
  if (task === "multi-label") return { name: "bce", posWeights };
  if (name !== "huber") return { name: name as "mse" | "mae" };
  if (!(Number.isFinite(delta) && delta > 0)) throw invalidArgument("loss.delta", "a positive number", delta);
  return { name, delta };
}
