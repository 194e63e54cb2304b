// Puts head, loss and optimizer together: the graph that trains, the graph that evaluates, the graph that is exported.
import { type Head, type Values, weightsOf } from "../heads/head.js";
import { createOps } from "../onnx/builder.js";
import { graphOf, type Model, type Value, withOutputs } from "../onnx/graph.js";
import { replaceValues } from "../onnx/rewrite.js";
import { type TypedValue, typed } from "../onnx/shapes/dims.js";
import type { Tensor } from "../tensor.js";
import { differentiateHead } from "./differentiate-head.js";
import { input, modelOf } from "./graph-edges.js";
import { targetShape } from "./loss.js";
import { initialState, lossOf, nextState, type TrainingParts, update } from "./step.js";

/**
 * S training steps in one run, as an ONNX Loop: a run of its own for every step would cost twice the time.
 *
 * Inputs: `features` [N, F] and `labels` of all photos, int32 [N] or what else the loss takes; `order` int32 [S, B], the photos of each batch;
 * `lr` [S] and `momentum` [S]; the head's masks uint8 [S, B, width] and every state by their names.
 * Outputs: `losses` [S], each taken before its step's update; every state's successor, see `nextState`.
 */
export function trainingGraph({ head, loss, optimizer, clipNorm, features }: TrainingParts): Model {
  const op = createOps();
  const all = input("features", "float32", ["photos", features]);
  const labels = input("labels", loss.targets.dtype, targetShape(loss.targets, "photos"));
  const order = input("order", "int32", ["steps", "batch"]);
  const lr = input("lr", "float32", ["steps"]);
  const momentum = input("momentum", "float32", ["steps"]);

  const iteration = input("iteration", "int64", []);
  const row = (stack: Value): TypedValue => op.Gather(stack, iteration);
  const batch = row(order);
  const masks = head.masks.map(({ name, width }) => input(name, "uint8", ["steps", "batch", width]));
  const states = Object.entries(initialState(head, optimizer));
  const current = states.map(([name, { shape }]) => input(`${name}_step`, "float32", shape));
  const state = Object.fromEntries(states.map(([name], i) => [name, current[i]!]));
  const { total, weight, buffers, rates } = lossOf(
    op,
    { head, loss },
    {
      features: op.Gather(all, batch),
      labels: op.Gather(labels, batch),
      masks: Object.fromEntries(masks.map((mask) => [mask.name, row(mask)])),
    },
    state,
  );
  const mean = op.Div(total, weight);
  const names = Object.keys(head.parameters);
  const gradients = differentiateHead(
    op,
    mean,
    names.map((name) => state[name]!),
  );
  const rate = row(lr);
  const updated = update(
    op,
    { head, optimizer, clipNorm },
    {
      state,
      gradients: Object.fromEntries(names.map((name, i) => [name, gradients[i]!])),
      rates,
      lrOf: () => rate,
      momentum: row(momentum),
    },
  );
  const next: Values = { ...buffers, ...updated };
  const condition = input("condition", "bool", []);
  const results = [op.Identity(condition), ...states.map(([name]) => next[name]!), mean];
  const body = graphOf("step", [iteration, condition, ...current], results);

  const initial = states.map(([name, { shape }]) => input(name, "float32", shape));
  const [loop] = op.Loop(op.Gather(op.Shape(order), 0), initial, body);
  const renamed = [...states.map(([name]) => nextState(name)), "losses"].map((name) => ({ name }));
  const outputs = withOutputs(loop!.producer!, renamed).map((value) => value!);
  return modelOf(graphOf("train", [all, labels, order, lr, momentum, ...masks, ...initial], outputs));
}

/**
 * The head on cached features. Inputs: `features` [N, F], `labels` as the loss takes them, the head's weights by name.
 * Outputs: `logits` [N, C]; `total` and `weight`, whose ratio is the mean loss.
 */
export function evaluationGraph({ head, loss, features }: Pick<TrainingParts, "head" | "loss" | "features">): Model {
  const op = createOps();
  const rows = input("features", "float32", ["photos", features]);
  const labels = input("labels", loss.targets.dtype, targetShape(loss.targets, "photos"));
  const weights = Object.entries(weightsOf(head)).map(([name, { shape }]) => input(name, "float32", shape));
  const byName = Object.fromEntries(weights.map((weight) => [weight.name, weight]));
  const logits = named(head.forward(op, rows, byName), "logits");
  const { total, weight } = loss.of(op, logits, labels);
  const outputs = [logits, named(total, "total"), named(weight, "weight")];
  return modelOf(graphOf("evaluate", [rows, labels, ...weights], outputs));
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
  const [batch, ...image] = pixels!.shape!;
  // A network that takes a fixed number of photos goes on doing so.
  const shape = [typeof batch === "number" && batch > 0 ? batch : "batch", ...image];
  const pixelValues = { ...pixels!, name: "pixel_values", shape };
  const { inputs, outputs } = replaceValues(frozen.graph, new Map([[pixels!, pixelValues]]));
  const constants = Object.keys(weightsOf(head)).map((name) => [name, op.constant(name, weights[name]!)]);
  const logits = head.forward(op, typed(outputs[0]!), Object.fromEntries(constants));
  return { ...frozen, graph: graphOf("regraft", inputs, [named(logits, "logits")]) };
}

/** The value under another name. Nothing may have read it before. */
const named = (value: TypedValue, name: string): TypedValue => typed(withOutputs(value.producer!, [{ name }])[0]!);
