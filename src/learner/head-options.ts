// The option `head`: what is trained on the network's features.
import { checkFields, whole } from "../arguments.js";
import { invalidArgument } from "../errors.js";
import type { HeadSpec } from "./border/spec.js";

/**
 * "linear" is one dense layer; "fastai" is short for `{ hidden: 512, dropout: 0.5 }`, fast.ai's own head. "pretrained" is a linear
 * one that begins with the weights of the model's own classifier, for classes that both have by name (id2label in the model's
 * config.json): training goes on where an export ended. Classes that the model does not have begin at zero.
 */
export type HeadOptions = "linear" | "fastai" | "pretrained" | HiddenLayers;

/**
 * Dense layers with ReLU between them, each behind batch normalisation and dropout, on mean and maximum of each channel of
 * the network's last feature map, where it has one. See `mlpHead`.
 */
export interface HiddenLayers {
  /** Width of the hidden layer, or widths of up to 8, the first one first. */
  readonly hidden: number | readonly number[];
  /** In [0, 1): the share dropped before the last layer, half of it before the others; default 0.5. */
  readonly dropout?: number;
}

/** @throws RegraftError "invalid-argument" */
export function headOf(head: HeadOptions = "linear"): HeadSpec {
  if (head === "linear" || head === "pretrained") return { kind: head };
  if (head === "fastai") return headOf({ hidden: 512 });
  if (typeof head !== "object" || head === null)
    throw invalidArgument("head", '"linear", "fastai", "pretrained" or { hidden, dropout }', head);
  const { hidden, dropout = 0.5 } = checkFields("head", head, { hidden: true, dropout: true });
  const widths = Array.isArray(hidden) ? hidden : [hidden];
  if (widths.length < 1 || widths.length > 8) throw invalidArgument("head.hidden", "1 to 8 widths", hidden);
  for (const width of widths) whole("head.hidden", width, 1, 65536);
  if (!(Number.isFinite(dropout) && dropout >= 0 && dropout < 1))
    throw invalidArgument("head.dropout", "a number in [0, 1)", dropout);
  return { kind: "mlp", hidden: [...widths], dropout };
}
