// Training steps too large for one run: the gradients of a batch are summed over parts of it, then one update is made.
// Only the size of the parts bounds memory and the length of a run; the step is the same.
import type { Values } from "../heads/head.js";
import { createOps } from "../onnx/builder.js";
import { graphOf, type Model, reads, type Value } from "../onnx/graph.js";
import { keepOutputNames } from "../onnx/rewrite.js";
import type { TypedValue } from "../onnx/shapes/dims.js";
import { float32, type Tensor } from "../tensor.js";
import { differentiate } from "./differentiate.js";
import { input, modelOf } from "./graph-edges.js";
import { targetShape } from "./loss.js";
import { initialSlots, lossOf, nextState, type TrainingParts, update } from "./step.js";

/** What is summed over a batch, by name, each zero before its first part. */
export type Sums = Readonly<Record<string, Tensor<"float32">>>;

/** The losses of some steps, each in its place once its step is taken. */
export const lossesSoFar = "losses";

/** Names among the sums. */
export const totalSum = "sum.total";
export const weightSum = "sum.weight";
const photoSum = "sum.photos";
const gradientSum = (parameter: string): string => `sum.gradient.${parameter}`;
const rateSum = (parameter: string): string => `sum.rate.${parameter}`;

/**
 * The gradients of a part of a batch, added to those of the parts before it.
 *
 * Inputs: `features` [N, F] and `labels` as the loss takes them; `order` int32 [B], the photos of the part; the head's masks uint8
 * [B, width], its parameters and buffers, and the sums, by name.
 * Outputs: the sums and the buffers after it, see `nextState`. The mean loss of the batch is its total over its weight.
 */
export function gradientGraph({ head, loss, features }: Pick<TrainingParts, "head" | "loss" | "features">): {
  readonly model: Model;
  readonly zeros: Sums;
} {
  const op = createOps();
  const all = input("features", "float32", ["photos", features]);
  const labels = input("labels", loss.targets.dtype, targetShape(loss.targets, "photos"));
  const order = input("order", "int32", ["batch"]);
  const masks = head.masks.map(({ name, width }) => input(name, "uint8", ["batch", width]));
  const weights = Object.entries({ ...head.parameters, ...head.buffers }).map(([name, { shape }]) =>
    input(name, "float32", shape),
  );
  const byName = (values: readonly TypedValue[]) => Object.fromEntries(values.map((value) => [value.name, value]));
  const given = byName(weights);
  const batch = { features: op.Gather(all, order), labels: op.Gather(labels, order), masks: byName(masks) };
  const { total, weight, buffers, rates } = lossOf(op, { head, loss }, batch, given);
  const names = Object.keys(head.parameters);
  const gradients = differentiate(
    op,
    total,
    names.map((name) => given[name]!),
  );
  const photos = op.Cast(op.Gather(op.Shape(order), 0), { to: "float32" });
  const parts: Record<string, TypedValue> = {
    [totalSum]: total,
    [weightSum]: weight,
    [photoSum]: photos,
    ...Object.fromEntries(names.map((name, i) => [gradientSum(name), gradients[i]!])),
    // A factor is of one part of the batch; of all of it, it is the mean over the photos, whatever their classes weigh.
    ...Object.fromEntries(Object.entries(rates).map(([name, rate]) => [rateSum(name), op.Mul(rate, photos)])),
  };
  const before = Object.entries(parts).map(([name, { shape }]) => input(name, "float32", shape));
  const sums = before.map((sum) => [sum.name, op.Add(sum, parts[sum.name]!)] as const);
  const inputs = [all, labels, order, ...masks, ...weights, ...before];
  const model = stepModel("gradient", inputs, { ...Object.fromEntries(sums), ...buffers });
  return {
    model,
    zeros: Object.fromEntries(before.map(({ name, shape }) => [name, float32(shape as readonly number[])])),
  };
}

export interface UpdateParts extends Pick<TrainingParts, "head" | "optimizer" | "clipNorm"> {
  /** The sums of a batch, as `gradientGraph` has them. */
  readonly sums: Sums;
  /** How many rates there are. */
  readonly groups: number;
  /** Which of them is a parameter's. */
  readonly groupOf: (parameter: string) => number;
}

/**
 * The step, once a batch is summed up. Inputs: parameters, slots and the sums it needs by name, `lr` [groups], `momentum` [];
 * `losses` [S] of some steps, and `is_now` bool [S], true in this one's place. Outputs: parameters, slots and losses after the step, see
 * `nextState`.
 */
export function updateGraph({ head, optimizer, clipNorm, sums, groups, groupOf }: UpdateParts): Model {
  const op = createOps();
  const inputsFor = (tensors: Readonly<Record<string, Tensor>>) =>
    Object.fromEntries(Object.entries(tensors).map(([name, { shape }]) => [name, input(name, "float32", shape)]));
  const state = inputsFor({ ...head.parameters, ...initialSlots(head, optimizer) });
  const given = inputsFor(sums);
  const losses = input(lossesSoFar, "float32", ["steps"]);
  const isNow = input("is_now", "bool", ["steps"]);
  const lr = input("lr", "float32", [groups]);
  const momentum = input("momentum", "float32", []);
  const meanGradient = (name: string) => op.Div(given[gradientSum(name)]!, given[weightSum]!);
  const meanRate = (name: string) => op.Div(given[rateSum(name)]!, given[photoSum]!);
  const names = Object.keys(head.parameters);
  const next = update(
    op,
    { head, optimizer, clipNorm },
    {
      state,
      gradients: Object.fromEntries(names.map((name) => [name, meanGradient(name)])),
      rates: Object.fromEntries(names.filter((name) => rateSum(name) in given).map((name) => [name, meanRate(name)])),
      lrOf: (name) => op.Gather(lr, groupOf(name)),
      momentum,
    },
  );
  const told = op.Where(isNow, op.Div(given[totalSum]!, given[weightSum]!), losses);
  const inputs = [lr, momentum, losses, isNow, ...Object.values(given), ...Object.values(state)];
  return stepModel("update", inputs, { ...next, [lossesSoFar]: told });
}

/**
 * A model whose outputs are successors of what they are named after. An input that nothing reads is none of its own: the
 * runtime would fetch it from the device's memory at every run, and wait for that.
 */
function stepModel(name: string, inputs: readonly TypedValue[], next: Values): Model {
  const graph = graphOf(name, inputs, Object.values(next));
  const read = new Set<Value>([...graph.outputs, ...graph.nodes.flatMap(reads)]);
  return modelOf(
    keepOutputNames(
      { ...graph, inputs: graph.inputs.filter((input) => read.has(input)) },
      Object.keys(next).map((state) => ({ name: nextState(state) })),
    ),
  );
}
