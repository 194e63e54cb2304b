// A linear head that begins as the classifier that was cut off the network: training goes on from what the model knows.
import { invalidArgument, isRegraftError, listed, RegraftError } from "../../../errors.js";
import type { Head } from "../../../heads/head.js";
import type { Units } from "../../../heads/in-units.js";
import { type OwnClassifier, ownClassifier } from "../../../heads/own-classifier.js";
import type { Evaluate } from "../../../onnx/evaluate.js";
import { float32 } from "../../../tensor.js";
import { classNamesIn, type ExportedConfig, taskOf } from "../classifier/exported-task.js";
import type { Network } from "../model/frozen-network.js";
import { parseJson } from "../model/json.js";
import type { Pretrained } from "../model/pretrained.js";
import type { HeadAim } from "./create-head.js";

/** The network with the classifier that was cut off it. */
export interface Origin {
  readonly pretrained: Pick<Pretrained, "name" | "config">;
  readonly network: Pick<Network, "model" | "whole" | "cut" | "featureCount">;
  readonly evaluate: Evaluate;
}

export interface PretrainedHead {
  readonly head: Head;
  /** Which classes it does not know, and which it knows in vain, in a sentence. */
  readonly notice: string | undefined;
}

/**
 * Rows of classes that the model names too are its own, all others are `head`'s.
 * @param head a linear one.
 * @throws RegraftError "unsupported-model" where there is no such classifier, or it is of another task; "invalid-argument" when
 * it shares no class with the photos
 */
export async function pretrainedHead(
  head: Head,
  { task, classes, units }: HeadAim,
  { pretrained: { name, config = "{}" }, network, evaluate }: Origin,
): Promise<PretrainedHead> {
  const described = parseJson<ExportedConfig>(config, `${name}'s config.json`);
  const names = classNamesIn(described);
  if (!names) throw unsuited(name, "it names no classes (id2label in a config.json beside it)");
  if ((taskOf(described) === "regression") !== (task === "regression"))
    throw unsuited(name, `it was trained for ${taskOf(described)} data, these are ${task} data`);
  const sources = classes.map((one) => names.indexOf(one));
  if (sources.every((row) => row < 0)) {
    const are = `${name} has ${listed(names)}; the photos have ${listed(classes)}.`;
    throw invalidArgument("head", 'another head than "pretrained", or a model of these classes', "pretrained", are);
  }
  const whole = { ...network.model, graph: network.whole };
  const own = await ownClassifier(whole, network.cut, evaluate).catch((error) => {
    if (isRegraftError(error, "runtime-failed")) return error.message;
    throw error;
  });
  if (typeof own === "string") throw unsuited(name, own);
  if (own.bias.data.length !== names.length)
    throw unsuited(name, `its config.json names ${names.length} classes, its network has ${own.bias.data.length}`);
  const fresh = classes.filter((_, i) => sources[i]! < 0);
  const dropped = names.filter((one) => !classes.includes(one));
  const parts = [
    ...(fresh.length > 0 ? [`new to it are ${listed(fresh)}`] : []),
    ...(dropped.length > 0 ? [`dropped, as no photo has them, are ${listed(dropped)}`] : []),
  ];
  return {
    head: { ...head, parameters: { ...head.parameters, ...rowsOf(own, sources, units) } },
    notice: parts.length === 0 ? undefined : `The head begins as ${name}'s own classifier: ${parts.join("; ")}.`,
  };
}

/** Of values y the head learns z, y = mean + deviation·z: W/deviation and (b - mean)/deviation are what says the same. */
function rowsOf({ weight, bias }: OwnClassifier, sources: readonly number[], units: Units | undefined) {
  const width = weight.shape[1]!;
  const rows = float32([sources.length, width]);
  const biases = float32([sources.length]);
  for (const [row, source] of sources.entries()) {
    if (source < 0) continue;
    const [mean, deviation] = [units?.means[row] ?? 0, units?.deviations[row] ?? 1];
    for (let i = 0; i < width; i++) rows.data[row * width + i] = weight.data[source * width + i]! / deviation;
    biases.data[row] = (bias.data[source]! - mean) / deviation;
  }
  return { "classifier.weight": rows, "classifier.bias": biases };
}

function unsuited(source: string, reason: string): RegraftError {
  return new RegraftError(
    "unsupported-model",
    { source, reason },
    `Cannot go on from the classifier of ${source}: ${reason}. Take head "linear", which begins anew.`,
  );
}
