// The exported README.md: Hugging Face's front matter, then what was trained on what, how well it does, how to use it.

import type { Task } from "../../datasets/task.js";
import { formatRate } from "../../lr-range/format-rate.js";
import { modelTypeFor } from "../../models/model-types.js";
import type { FitRecord } from "../border/report.js";
import type { LearnerSpec } from "../border/spec.js";
import { isUnfrozen, settingsOf } from "../report/settings.js";
import type { CardInput } from "./card-input.js";
import { epochTable, resultsOf } from "./card-results.js";
import { code, plain } from "./markdown.js";

export function modelCard(input: CardInput): string {
  const { pretrained, spec, task, classes, thresholds, report } = input;
  const { fits, range, validation, photos } = report;
  const sections = [
    frontMatter(pretrained.licence),
    `# ${classes.length} ${classes.length === 1 ? words[task].one : words[task].many} on ${plain(pretrained.title)}\n\n` +
      `${words[task].what} in ONNX: a pretrained network, ${fits.some(isUnfrozen) ? "trained further" : "kept as it was"}, ` +
      `under a new ${headOf(spec)} trained by [regraft](https://www.npmjs.com/package/regraft).`,
    section(words[task].title, classes.map(code).join(", ")),
    section(
      "Training",
      lines([
        ...settingsOf(input).map(({ name, value }) => `${name}: ${plain(value)}`),
        photos && `Photos: ${photos.train} to train on, ${photos.valid} to validate on, ${photos.skipped} skipped`,
        ...fits.map(fitLine),
      ]),
    ),
    fits.length > 0 && epochTable(fits.flatMap(({ epochs }) => epochs)),
    validation && section("Results on the validation photos", resultsOf(validation, thresholds !== undefined)),
    range &&
      section("Learning-rate range test", `${range.suggestion.reason}\n\n![Loss against learning rate](lr-find.svg)`),
    section("Use", usage(task, modelTypeFor(pretrained.modelType).nominal)),
  ];
  return `${sections.filter(Boolean).join("\n\n")}\n`;
}

function headOf({ head }: LearnerSpec): string {
  if (head.kind === "linear") return "linear head";
  if (head.kind === "pretrained") return "linear head, from the model's own classifier on";
  return `head with ${head.hidden.length === 1 ? "a hidden layer" : `${head.hidden.length} hidden layers`}`;
}

function fitLine(fit: FitRecord): string {
  const { call, planned, epochs, groups, tracked } = fit;
  const rates = groups.map(({ name, lr }) => `${plain(name)} up to ${formatRate(lr)}`);
  return [
    `Trained by ${code(call)}`,
    ...(epochs.length < planned ? [`ended after ${epochs.length} ${epochs.length === 1 ? "epoch" : "epochs"}`] : []),
    ...(tracked?.isStopped ? [`as ${code(tracked.monitor)} got no better`] : []),
    ...(tracked?.isRestored
      ? [`weights of epoch ${tracked.best}, the best by ${code(tracked.monitor)}, restored`]
      : []),
    ...(isUnfrozen(fit) ? [`rates by layer group: ${rates.join(", ")}`] : []),
  ].join(", ");
}

const frontMatter = (licence: string | undefined): string =>
  joined([
    "---",
    // A model file may hold any text for its licence; an identifier is what belongs here.
    ...(/^[a-z][a-z0-9.+-]*$/i.test(licence ?? "") ? [`license: ${licence!.toLowerCase()}`] : []),
    "library_name: transformers.js",
    "pipeline_tag: image-classification",
    "---",
  ]);

interface Words {
  readonly what: string;
  readonly one: string;
  readonly many: string;
  readonly title: string;
}

const words: Readonly<Record<Task, Words>> = {
  "single-label": { what: "An image classifier", one: "class", many: "classes", title: "Classes" },
  "multi-label": {
    ...{ what: "An image classifier that gives photos any number of labels,", one: "label", many: "labels" },
    title: "Labels",
  },
  regression: { what: "A network that measures photos,", one: "value", many: "values", title: "Values" },
};

/** What becomes of the logits. */
const meaning: Readonly<Record<Task, string>> = {
  "single-label": "classes and preparation stand in the file's metadata as well.",
  "multi-label":
    "a label's probability is its sigmoid, 1 / (1 + exp -logit), and each label has its own; labels, thresholds (where they " +
    "were tuned, else 0.5) and preparation stand in the file's metadata as well.",
  regression:
    "these are the values themselves, in their own units; their names and the preparation stand in the file's metadata as well.",
};

/** Its pipeline puts a softmax on whatever it gets. */
const inTransformersJs: Readonly<Record<Task, readonly string[]>> = {
  "single-label": [
    'import { env, pipeline } from "@huggingface/transformers";',
    'env.localModelPath = "the folder that holds this one";',
    'const classify = await pipeline("image-classification", "this folder\'s name");',
    'console.log(await classify("photo.jpg"));',
  ],
  "multi-label": withModel("const probabilities = logits.sigmoid().tolist()[0];", "probabilities[id]"),
  regression: withModel("const values = logits.tolist()[0];", "values[id]"),
};

function withModel(reading: string, entry: string): readonly string[] {
  return [
    'import { AutoModelForImageClassification, AutoProcessor, env, RawImage } from "@huggingface/transformers";',
    'env.localModelPath = "the folder that holds this one";',
    'const name = "this folder\'s name";',
    "const processor = await AutoProcessor.from_pretrained(name);",
    "const model = await AutoModelForImageClassification.from_pretrained(name);",
    'const { logits } = await model(await processor(await RawImage.read("photo.jpg")));',
    reading,
    `for (const [id, label] of Object.entries(model.config.id2label)) console.log(label, ${entry});`,
  ];
}

const usage = (task: Task, nominal: boolean): string =>
  joined([
    task === "single-label"
      ? "In JavaScript, with transformers.js:"
      : "In JavaScript, with transformers.js, by the model itself: the pipeline would put a softmax on it:",
    "",
    "```js",
    ...inTransformersJs[task],
    "```",
    "",
    'In Node, with regraft: `(await loadClassifier(folder)).predict("photo.jpg")`. Elsewhere, with any ONNX Runtime: ' +
      "`onnx/model.onnx` takes `pixel_values` float32 [batch, 3, height, width], prepared as `preprocessor_config.json` says, " +
      `and gives raw \`logits\` [batch, ${words[task].many}]; ${meaning[task]}`,
    ...(nominal ? ["", "`model_type` in `config.json` is nominal: it only tells loaders which wrapper to use."] : []),
  ]);

const section = (title: string, body: string): string => `## ${title}\n\n${body}`;
const lines = (items: readonly (string | undefined | false)[]): string =>
  items
    .filter(Boolean)
    .map((item) => `- ${item}`)
    .join("\n");
const joined = (items: readonly string[]): string => items.join("\n");
