// Further forms of an exported model, each a file beside `onnx/model.onnx`.
import type { Task } from "../../datasets/task.js";
import { invalidArgument } from "../../errors.js";
import { createNode, graphOf, type Model, type Node, type Value } from "../../onnx/graph.js";
import { readModel } from "../../onnx/read.js";
import type { ExportForms } from "../border/report.js";
import { halfWeights } from "./half-weights.js";
import { signed } from "./signature.js";

type FormName = "softmax" | "sigmoid" | "float16";

interface Form {
  readonly file: string;
  readonly make: (model: Model) => Model;
  /** For the model card. */
  readonly description: string;
}

const forms: Readonly<Record<FormName, Form>> = {
  softmax: {
    file: "onnx/model_softmax.onnx",
    make: (model) => withProbabilities(model, "Softmax", { axis: { type: "INT", value: 1 } }),
    description:
      "`onnx/model_softmax.onnx` gives `probabilities` [batch, classes] instead of `logits`, for programs that have no " +
      "softmax of their own.",
  },
  sigmoid: {
    file: "onnx/model_sigmoid.onnx",
    make: (model) => withProbabilities(model, "Sigmoid", {}),
    description:
      "`onnx/model_sigmoid.onnx` gives `probabilities` [batch, labels] instead of `logits`, for programs that have no " +
      "sigmoid of their own.",
  },
  float16: {
    // The name that transformers.js looks for.
    file: "onnx/model_fp16.onnx",
    make: (model) => ({ ...model, graph: halfWeights(model.graph) }),
    description:
      "`onnx/model_fp16.onnx` is half the download: its weights are stored in float16, all that it computes, takes and " +
      'gives is float32. In transformers.js: `pipeline("image-classification", name, { dtype: "fp16" })`.',
  },
};

const names = Object.keys(forms) as readonly FormName[];

export const formFiles: readonly string[] = names.map((name) => forms[name].file);

/**
 * The forms that are wanted of `onnx/model.onnx`, by the files that they are written to.
 * @throws RegraftError "invalid-model" when the file cannot be read
 */
export function formsOf(modelFile: Uint8Array, wanted: ExportForms): ReadonlyMap<string, Uint8Array> {
  const chosen = names.filter((name) => wanted[name]).map((name) => forms[name]);
  return new Map(chosen.map(({ file, make }) => [file, signed(make(readModel(modelFile, { source: "the export" })))]));
}

/**
 * Refuses probabilities of another kind than the model's: classes share one, each label has its own, values have none.
 * @throws RegraftError "invalid-argument"
 */
export function checkFormsFor(task: Task, { softmax, sigmoid }: ExportForms): void {
  if (softmax && task !== "single-label")
    throw invalidArgument(
      "softmax",
      `no softmax of a ${task} model`,
      softmax,
      task === "multi-label" ? "Take sigmoid." : "",
    );
  if (sigmoid && task !== "multi-label")
    throw invalidArgument(
      "sigmoid",
      `no sigmoid of a ${task} model`,
      sigmoid,
      task === "single-label" ? "Take softmax." : "",
    );
}

/** The model card with a paragraph for each of these files, and for folded norms, where it does not speak of them yet. */
export function withForms(card: string, files: Iterable<string>, { foldBatchNorm = false }: ExportForms): string {
  const written = new Set(files);
  const missing = names.map((name) => forms[name]).filter(({ file }) => written.has(file) && !card.includes(file));
  const notes = missing.map(({ description }) => description);
  if (foldBatchNorm && !card.includes(foldedNote)) notes.unshift(foldedNote);
  return card + notes.map((note) => `\n${note}\n`).join("");
}

const foldedNote =
  "In `onnx/model.onnx` batch normalisations are part of the layers before them, wherever these are convolutions or " +
  "linear: there are no statistics left to train.";

/** Of the logits [N, classes]. */
function withProbabilities(model: Model, opType: string, attributes: Node["attributes"]): Model {
  const { name, inputs, outputs } = model.graph;
  const [logits] = outputs as readonly [Value];
  const { dtype = "float32", shape } = logits;
  const node = { opType, domain: "", name: opType.toLowerCase(), inputs: [logits], attributes };
  const probabilities = createNode(node, [{ name: "probabilities", dtype, ...(shape && { shape }) }]).outputs[0]!;
  return { ...model, graph: graphOf(name, inputs, [probabilities]) };
}
