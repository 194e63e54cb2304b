// The exported README.md: Hugging Face's front matter, then what was trained on what, how well it does, how to use it.
import { formatRate } from "../../lr-range/format-rate.js";
import { modelTypeFor } from "../../models/model-types.js";
import type { FitRecord, TrainingReport } from "../border/report.js";
import type { LearnerSpec } from "../border/spec.js";
import type { Network } from "../engine/model/frozen-network.js";
import type { Pretrained } from "../engine/model/pretrained.js";

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
    `# ${classes.length} classes on ${plain(pretrained.title)}\n\n` +
      `An image classifier in ONNX: a pretrained network, ${fits.some(isUnfrozen) ? "trained further" : "kept as it was"}, ` +
      `under a new ${headOf(spec)} trained by [regraft](https://www.npmjs.com/package/regraft).`,
    section("Classes", classes.map(code).join(", ")),
    section(
      "Training",
      lines([
        `Pretrained network: ${plain(pretrained.title)}${pretrained.licence ? ` (${plain(pretrained.licence)})` : ""}`,
        `Cut: ${plain(network.cut.reason)}`,
        `Preparation of the photos: ${plain(pretrained.transformReason)}`,
        photos && `Photos: ${photos.train} to train on, ${photos.valid} to validate on, ${photos.skipped} skipped`,
        optimizerLine(spec),
        lossLine(spec),
        fits.some(isUnfrozen) && spec.batchNorm === "trained" && movedStatistics,
        ...fits.map(fitLine),
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
                `| ${plain(c.label)} | ${c.count} | ${percent(c.recall)} | ${percent(c.precision)} | ${c.f1.toFixed(3)} |`,
            )
            .join("\n"),
      ),
    range &&
      section("Learning-rate range test", `${range.suggestion.reason}\n\n![Loss against learning rate](lr-find.svg)`),
    section("Use", usage(modelTypeFor(pretrained.modelType).nominal)),
  ];
  return `${sections.filter(Boolean).join("\n\n")}\n`;
}

function headOf({ head }: LearnerSpec): string {
  if (head.kind === "linear") return "linear head";
  const layers = `${head.hidden.length} hidden ${head.hidden.length === 1 ? "layer" : "layers"}`;
  return `head of ${layers} (${head.hidden.join(", ")}) with batch normalisation and dropout ${head.dropout}`;
}

/** Whether more than the head was trained. */
const isUnfrozen = ({ groups }: FitRecord): boolean => groups.length > 1;

function fitLine(fit: FitRecord): string {
  const { call, planned, epochs, groups, tracked } = fit;
  const rates = groups.map(({ name, lr }) => `${plain(name)} up to ${formatRate(lr)}`);
  return [
    `Trained by ${code(call)}`,
    ...(epochs.length < planned ? [`ended after ${epochs.length} epochs`] : []),
    ...(tracked?.isStopped ? [`as ${code(tracked.monitor)} got no better`] : []),
    ...(tracked?.isRestored
      ? [`weights of epoch ${tracked.best}, the best by ${code(tracked.monitor)}, restored`]
      : []),
    ...(isUnfrozen(fit) ? [`rates by layer group: ${rates.join(", ")}`] : []),
  ].join(", ");
}

const movedStatistics =
  "Batch normalisations of trained layers: by the statistics of each batch, their running ones learnt";

function optimizerLine({ optimizer, clipNorm, batchSize, seed }: LearnerSpec): string {
  const spared = optimizer.weightDecay > 0 && !optimizer.decayBiasAndNorm ? " (none of biases and norms)" : "";
  return [
    `Optimizer: ${updateOf(optimizer)}`,
    `weight decay ${optimizer.weightDecay}${spared}`,
    ...(clipNorm === undefined ? [] : [`gradients clipped to norm ${clipNorm}`]),
    `batch size ${batchSize}`,
    `seed ${seed}`,
  ].join(", ");
}

function updateOf(optimizer: LearnerSpec["optimizer"]): string {
  const unlessScheduled = "where a schedule sets no other";
  if (optimizer.name === "adamw")
    return `AdamW, β1 ${optimizer.beta1} ${unlessScheduled}, β2 ${optimizer.beta2}, ε ${optimizer.eps}`;
  return `SGD${optimizer.nesterov ? " with Nesterov" : ""}, momentum ${optimizer.momentum} ${unlessScheduled}`;
}

function lossLine({ loss: { labelSmoothing, classWeights } }: LearnerSpec): string {
  const weights = classWeights === undefined ? "" : `, class weights ${code(JSON.stringify(classWeights))}`;
  return `Loss: cross-entropy, label smoothing ${labelSmoothing}${weights}`;
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

const usage = (nominal: boolean): string =>
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
    ...(nominal ? ["", "`model_type` in `config.json` is nominal: it only tells loaders which wrapper to use."] : []),
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

// Names come from folders and model files: nothing in them may act as Markdown or HTML.
const plain = (text: string): string => oneLine(text).replaceAll(/[\\`*_[\]<>|&~$#]/g, "\\$&");
const oneLine = (text: string): string => text.replaceAll(/[\s\p{Cc}]+/gu, " ");

/** As code: between more backticks than the text has in a row. */
function code(text: string): string {
  const runs = Array.from(text.matchAll(/`+/g), ([run]) => run.length);
  const fence = "`".repeat(Math.max(0, ...runs) + 1);
  const space = runs.length > 0 ? " " : "";
  return fence + space + oneLine(text) + space + fence;
}
