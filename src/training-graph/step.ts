// What every training step is made of: loss forward, update backward; and the state that goes from step to step.
import { type Head, type Values, weightsOf } from "../heads/head.js";
import type { Ops } from "../onnx/builder.js";
import type { TypedValue } from "../onnx/shapes/dims.js";
import type { Optimizer } from "../optimizers/optimizer.js";
import { float32, type Tensor } from "../tensor.js";
import { clipByNorm } from "./clip.js";
import type { Loss, LossSum } from "./loss.js";

export interface TrainingParts {
  readonly head: Head;
  readonly loss: Loss;
  readonly optimizer: Optimizer;
  /** The largest norm of the gradient, see `clipByNorm`; default none. */
  readonly clipNorm?: number | undefined;
  /** Width of the cached features. */
  readonly features: number;
}

// Prefixes: a file may call two of its weights "w" and "w.momentum_buffer", or "w_out".
const slotName = (parameter: string, slot: string): string => `${slot}.${parameter}`;

/** What training carries from step to step: the head's parameters and buffers, then the parameters' slots, by name. */
export function initialState(head: Head, optimizer: Optimizer): Readonly<Record<string, Tensor>> {
  return { ...weightsOf(head), ...initialSlots(head, optimizer) };
}

/** The optimizer's part of it, zero. */
export function initialSlots(head: Head, optimizer: Optimizer): Readonly<Record<string, Tensor>> {
  const slots = Object.entries(head.parameters).flatMap(([name, { shape }]) =>
    Object.entries(optimizer.slots).map(([slot, form]) => [
      slotName(name, slot),
      float32(form === "scalar" ? [] : shape),
    ]),
  );
  return Object.fromEntries(slots);
}

/** What a run of a training graph returns beside the next state: `next.<name>` each. */
export const nextState = (name: string): string => `next.${name}`;

export interface Batch {
  /** [B, F] */
  readonly features: TypedValue;
  /** int32 [B] or float32 [B, width], as the loss wants them. */
  readonly labels: TypedValue;
  /** uint8 [B, width] by name. */
  readonly masks: Values;
}

/** The loss of a batch as the head sees it in training; `weights` are its parameters and buffers. */
export function lossOf(
  op: Ops,
  { head, loss }: Pick<TrainingParts, "head" | "loss">,
  { features, labels, masks }: Batch,
  weights: Values,
): LossSum & { readonly buffers: Values; readonly rates: Values } {
  const { logits, buffers, rates } = head.forwardTraining(op, features, weights, masks);
  return { ...loss.of(op, logits, labels), buffers, rates };
}

export interface Update {
  /** Parameters and their slots. */
  readonly state: Values;
  /** Of the mean loss, by parameter. */
  readonly gradients: Values;
  /** Factors on the learning rate by parameter, see `Training`. */
  readonly rates: Values;
  readonly lrOf: (parameter: string) => TypedValue;
  readonly momentum: TypedValue;
}

/** The parameters and slots after a step. */
export function update(
  op: Ops,
  { head, optimizer, clipNorm }: Omit<TrainingParts, "features" | "loss">,
  { state, gradients, rates, lrOf, momentum }: Update,
): Values {
  const names = Object.keys(head.parameters);
  const unclipped = names.map((name) => gradients[name]!);
  const clipped = clipNorm === undefined ? unclipped : clipByNorm(op, unclipped, clipNorm);
  const slots = Object.keys(optimizer.slots);
  const next: Record<string, TypedValue> = {};
  for (const [i, name] of names.entries()) {
    const updated = optimizer.step({
      op,
      parameter: state[name]!,
      gradient: clipped[i]!,
      lr: lrOf(name),
      momentum,
      rate: rates[name],
      slots: Object.fromEntries(slots.map((slot) => [slot, state[slotName(name, slot)]!])),
    });
    next[name] = updated.parameter;
    for (const slot of slots) next[slotName(name, slot)] = updated.slots[slot]!;
  }
  return next;
}
