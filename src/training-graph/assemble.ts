// Puts head, loss and optimizer together: the graph that trains, the graph that evaluates, the graph that is exported.
import type { Head } from "../heads/head.js";
import { createOps, type Ops } from "../onnx/builder.js";
import { type Dim, type Graph, graphOf, type Model, type Value, withOutputs } from "../onnx/graph.js";
import { replaceValues } from "../onnx/rewrite.js";
import { targetOpset } from "../onnx/schema.js";
import { type TypedValue, typed } from "../onnx/shapes.js";
import type { Optimizer } from "../optimizers/optimizer.js";
import { type DType, float32, type Tensor } from "../tensor.js";
import { differentiate } from "./differentiate.js";
import type { LossFunction } from "./loss.js";

export interface TrainingParts {
  readonly head: Head;
  readonly loss: LossFunction;
  readonly optimizer: Optimizer;
  /** Width of the cached features. */
  readonly features: number;
}

const slotName = (parameter: string, slot: string): string => `${parameter}.${slot}`;

/** The state that training carries from step to step: parameters, then their slots, by name. */
export function initialState({ parameters }: Head, optimizer: Optimizer): Readonly<Record<string, Tensor>> {
  const slots = Object.entries(parameters).flatMap(([name, { shape }]) =>
    optimizer.slots.map((slot) => [slotName(name, slot), float32(shape)]),
  );
  return { ...parameters, ...Object.fromEntries(slots) };
}

/** What a run of the training graph returns beside the next state: `<name>_out` each. */
export const nextState = (name: string): string => `${name}_out`;

/**
 * S training steps in one run, as an ONNX Loop: a run of its own for every step would cost twice the time.
 *
 * Inputs: `features` [N, F] and `labels` int32 [N] of all photos; `order` int32 [S, B], the photos of each batch;
 * `lr` [S] and `momentum` [S]; every state by its name.
 * Outputs: `losses` [S], each taken before its step's update; every state's successor, see `nextState`.
 */
export function trainingGraph({ head, loss, optimizer, features }: TrainingParts): Model {
  const op = createOps();
  const all = input("features", "float32", ["photos", features]);
  const labels = input("labels", "int32", ["photos"]);
  const order = input("order", "int32", ["steps", "batch"]);
  const lr = input("lr", "float32", ["steps"]);
  const momentum = input("momentum", "float32", ["steps"]);

  const iteration = input("iteration", "int64", []);
  const row = (stack: Value): TypedValue => op.Gather(stack, iteration);
  const batch = row(order);
  const states = Object.entries(initialState(head, optimizer));
  const current = states.map(([name, { shape }]) => input(`${name}_step`, "float32", shape));
  const { next, mean } = trainingStep(
    op,
    { head, loss, optimizer },
    {
      features: op.Gather(all, batch),
      labels: op.Gather(labels, batch),
      lr: row(lr),
      momentum: row(momentum),
      state: current,
    },
  );
  const condition = input("condition", "bool", []);
  const body = graphOf("step", [iteration, condition, ...current], [op.Identity(condition), ...next, mean]);

  const initial = states.map(([name, { shape }]) => input(name, "float32", shape));
  const [loop] = op.Loop(op.Gather(op.Shape(order), 0), initial, body);
  const results = [...states.map(([name]) => nextState(name)), "losses"].map((name) => ({ name }));
  const outputs = withOutputs(loop!.producer!, results).map((value) => value!);
  return model(graphOf("train", [all, labels, order, lr, momentum, ...initial], outputs));
}

interface StepInputs {
  readonly features: TypedValue;
  readonly labels: TypedValue;
  readonly lr: TypedValue;
  readonly momentum: TypedValue;
  /** In the order of `initialState`. */
  readonly state: readonly TypedValue[];
}

/** One step on one batch: forward, loss, gradients, update. Returns the next state in the same order, and the mean loss. */
function trainingStep(
  op: Ops,
  { head, loss, optimizer }: Omit<TrainingParts, "features">,
  { features, labels, lr, momentum, state }: StepInputs,
): { next: TypedValue[]; mean: TypedValue } {
  const names = Object.keys(head.parameters);
  const parameters = state.slice(0, names.length);
  const slots = state.slice(names.length);
  const { total, weight } = loss(op, head.forward(op, features, byName(names, parameters)), labels);
  const mean = op.Div(total, weight);
  const gradients = differentiate(op, mean, parameters);
  const rates = head.rates?.(op, features) ?? {};
  const updated = names.map((name, i) => {
    const rate = rates[name];
    const own = slots.slice(i * optimizer.slots.length, (i + 1) * optimizer.slots.length);
    return optimizer.step({
      op,
      parameter: parameters[i]!,
      gradient: gradients[i]!,
      lr: rate ? op.Mul(lr, rate) : lr,
      momentum,
      slots: own,
    });
  });
  return { next: [...updated.map((u) => u.parameter), ...updated.flatMap((u) => u.slots)], mean };
}

/**
 * The head on cached features. Inputs: `features` [N, F], `labels` int32 [N], parameters by name.
 * Outputs: `logits` [N, C]; `total` and `weight`, whose ratio is the mean loss.
 */
export function evaluationGraph({ head, loss, features }: Omit<TrainingParts, "optimizer">): Model {
  const op = createOps();
  const rows = input("features", "float32", ["photos", features]);
  const labels = input("labels", "int32", ["photos"]);
  const names = Object.keys(head.parameters);
  const parameters = names.map((name) => input(name, "float32", head.parameters[name]!.shape));
  const logits = named(head.forward(op, rows, byName(names, parameters)), "logits");
  const { total, weight } = loss(op, logits, labels);
  const outputs = [logits, named(total, "total"), named(weight, "weight")];
  return model(graphOf("evaluate", [rows, labels, ...parameters], outputs));
}

/**
 * The whole network for inference: the frozen graph, then the head with its weights as constants. Input and output
 * bear the names that transformers.js asks for, `pixel_values` and `logits`.
 */
export function inferenceModel(
  frozen: Model,
  { head, weights }: { head: Head; weights: Readonly<Record<string, Tensor>> },
): Model {
  const op = createOps();
  const [pixels] = frozen.graph.inputs;
  const pixelValues = { ...pixels!, name: "pixel_values", shape: ["batch", ...pixels!.shape!.slice(1)] };
  const { inputs, outputs } = replaceValues(frozen.graph, new Map([[pixels!, pixelValues]]));
  const names = Object.keys(head.parameters);
  const parameters = names.map((name) => op.constant(name, weights[name]!));
  const logits = head.forward(op, typed(outputs[0]!), byName(names, parameters));
  return { ...frozen, graph: graphOf("regraft", inputs, [named(logits, "logits")]) };
}

const input = (name: string, dtype: DType, shape: readonly Dim[]): TypedValue => ({ name, dtype, shape });

/** The value under another name. Nothing may have read it before. */
const named = (value: TypedValue, name: string): TypedValue => typed(withOutputs(value.producer!, [{ name }])[0]!);

const byName = <T>(names: readonly string[], values: readonly T[]): Record<string, T> =>
  Object.fromEntries(names.map((name, i) => [name, values[i]!]));

const model = (graph: Graph): Model => ({ graph, opsets: { "": targetOpset }, metadata: {} });
