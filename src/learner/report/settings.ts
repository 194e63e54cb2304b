// What a network was trained with, as pairs of words.
import { augmentText } from "../../datasets/augment/augment-text.js";
import { formatRate } from "../../lr-range/format-rate.js";
import type { ClassWeights, LearnerSpec } from "../border/spec.js";
import type { CardInput } from "../export/model-card.js";

export interface Setting {
  readonly name: string;
  readonly value: string;
}

export function settingsOf({ pretrained, network, spec }: CardInput): Setting[] {
  const { title, licence, transformReason } = pretrained;
  const { batchSize, batches, augment, seed, clipNorm, batchNorm } = spec;
  return [
    { name: "Pretrained network", value: licence ? `${title} (${licence})` : title },
    { name: "Cut", value: network.cut.reason },
    { name: "Preparation of the photos", value: transformReason },
    { name: "Head", value: headText(spec) },
    { name: "Optimizer", value: optimizerText(spec) },
    { name: "Loss", value: lossText(spec) },
    ...(clipNorm === undefined ? [] : [{ name: "Gradients clipped to norm", value: String(clipNorm) }]),
    ...(batchNorm === "trained" ? [{ name: "Batch normalisations", value: "by the statistics of each batch" }] : []),
    ...(augment ? [{ name: "Augmentation", value: augmentText(augment) }] : []),
    { name: "Batch size", value: `${batchSize}${batches === "stratified" ? ", stratified" : ""}` },
    { name: "Seed", value: String(seed) },
  ];
}

function headText({ head }: LearnerSpec): string {
  if (head.kind === "linear") return "linear";
  if (head.kind === "pretrained") return "linear, from the model's own classifier on";
  return `hidden layers of ${head.hidden.join(", ") || "none"}, batch normalisation, dropout ${head.dropout}`;
}

function optimizerText({ optimizer }: LearnerSpec): string {
  const { weightDecay, decayBiasAndNorm } = optimizer;
  const spared = weightDecay > 0 && !decayBiasAndNorm ? " (none of biases and norms)" : "";
  const update =
    optimizer.name === "adamw"
      ? `AdamW, β₁ ${optimizer.beta1}, β₂ ${optimizer.beta2}, ε ${formatRate(optimizer.eps)}`
      : `SGD${optimizer.nesterov ? " with Nesterov" : ""}, momentum ${optimizer.momentum}`;
  return `${update} where a schedule sets no other, weight decay ${weightDecay}${spared}`;
}

function lossText({ loss }: LearnerSpec): string {
  if (loss.name === "bce") return `binary cross-entropy${weightsText("label", loss.posWeights)}`;
  if (loss.name !== "cross-entropy") return loss.name === "mse" ? "squared error" : "absolute error";
  const { labelSmoothing, classWeights } = loss;
  const smoothed = labelSmoothing > 0 ? `, label smoothing ${labelSmoothing}` : "";
  return `cross-entropy${smoothed}${weightsText("class", classWeights)}`;
}

function weightsText(what: "class" | "label", weights: ClassWeights | undefined): string {
  if (weights === undefined) return "";
  if (weights === "balanced") return `, ${what === "class" ? "classes" : "labels"} weighted by their rarity`;
  const each = Object.entries(weights).map(([name, weight]) => `${name} ${weight}`);
  return `, ${what} weights ${each.join(", ")}`;
}
