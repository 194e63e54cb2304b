// The exported README.md: Hugging Face's front matter, then what was trained on what, how well it does, how to use it.
import type { Network } from "./network.js";
import type { Pretrained } from "./pretrained.js";
import type { TrainingReport } from "./report.js";
import type { LearnerSpec } from "./spec.js";

export interface CardInput {
  readonly pretrained: Pretrained;
  readonly network: Network;
  readonly spec: LearnerSpec;
  readonly classes: readonly string[];
  readonly report: TrainingReport;
}

export function modelCard({ pretrained, network, spec, classes, report }: CardInput): string {
  const { fits, range, validation, photos } = report;
  const sections = [
    frontMatter(pretrained.licence),
    `# ${classes.length} classes on ${pretrained.name}\n\n` +
      "An image classifier in ONNX: a pretrained network, kept as it was, under a new linear head trained by " +
      "[regraft](https://www.npmjs.com/package/regraft).",
    section("Classes", classes.map((name) => `\`${name}\``).join(", ")),
    section(
      "Training",
      lines([
        `Pretrained network: ${pretrained.name}${pretrained.licence ? ` (${pretrained.licence})` : ""}`,
        `Cut: ${network.cut.reason}`,
        `Photos are prepared as ${pretrained.transformReason}`,
        photos && `Photos: ${photos.train} to train on, ${photos.valid} to validate on, ${photos.skipped} skipped`,
        `Optimizer: SGD, momentum ${spec.optimizer.momentum ?? 0.9}, batch size ${spec.batchSize}, seed ${spec.seed}`,
        ...fits.map(({ call }) => `Trained by \`${call}\``),
      ]),
    ),
    fits.length > 0 && table(fits.flatMap(({ epochs }) => epochs)),
    validation &&
      section(
        "Results on the validation photos",
        `Accuracy ${percent(validation.accuracy)}, loss ${validation.loss.toFixed(4)}.\n\n` +
          "| class | photos | recall | precision | F1 |\n| --- | ---: | ---: | ---: | ---: |\n" +
          validation.perClass
            .map(
              (c) =>
                `| ${cell(c.label)} | ${c.count} | ${percent(c.recall)} | ${percent(c.precision)} | ${c.f1.toFixed(3)} |`,
            )
            .join("\n"),
      ),
    range &&
      section("Learning-rate range test", `${range.suggestion.reason}\n\n![Loss against learning rate](lr-find.svg)`),
    section("Use", usage(pretrained.modelType)),
  ];
  return `${sections.filter(Boolean).join("\n\n")}\n`;
}

const frontMatter = (licence: string | undefined): string =>
  joined([
    "---",
    ...(licence ? [`license: ${licence.toLowerCase()}`] : []),
    "library_name: transformers.js",
    "pipeline_tag: image-classification",
    "---",
  ]);

const usage = (modelType: string | undefined): string =>
  joined([
    "In JavaScript, with transformers.js:",
    "",
    "```js",
    'import { env, pipeline } from "@huggingface/transformers";',
    'env.localModelPath = "the folder that holds this one";',
    'const classify = await pipeline("image-classification", "this folder\'s name");',
    'console.log(await classify("photo.jpg"));',
    "```",
    "",
    'In Node, with regraft: `(await loadClassifier(folder)).predict("photo.jpg")`. Elsewhere, with any ONNX Runtime: ' +
      "`onnx/model.onnx` takes `pixel_values` float32 [batch, 3, height, width], prepared as `preprocessor_config.json` says, " +
      "and gives raw `logits` [batch, classes]; classes and preparation stand in the file's metadata as well.",
    ...(modelType ? [] : ["", "`model_type` in `config.json` is nominal: it only tells loaders which wrapper to use."]),
  ]);

function table(epochs: TrainingReport["fits"][number]["epochs"]): string {
  const rows = epochs.map(
    (e) =>
      `| ${e.epoch} | ${e.trainLoss.toFixed(4)} | ${e.validLoss.toFixed(4)} | ${percent(e.accuracy)} | ${e.seconds.toFixed(2)} s |`,
  );
  return `| epoch | train_loss | valid_loss | accuracy | time |\n| ---: | ---: | ---: | ---: | ---: |\n${rows.join("\n")}`;
}

const section = (title: string, body: string): string => `## ${title}\n\n${body}`;
const lines = (items: readonly (string | undefined | false)[]): string =>
  items
    .filter(Boolean)
    .map((item) => `- ${item}`)
    .join("\n");
const joined = (items: readonly string[]): string => items.join("\n");
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
/** Class names come from folders: a bar would end the cell. */
const cell = (text: string): string => text.replaceAll("|", "\\|");
