// What a network was trained with, as pairs of words: for model cards and reports.
import { augmentText } from "../../datasets/augment/augment-text.js";
import { formatRate } from "../../lr-range/format-rate.js";
import type { FitRecord } from "../border/report.js";
import type { ClassWeights, LearnerSpec, LossSpec } from "../border/spec.js";
import type { CardInput } from "../export/card-input.js";

export interface Setting {
  readonly name: string;
  readonly value: string;
}

export function settingsOf({ pretrained, network, spec, report }: CardInput): Setting[] {
  const { title, licence, transformReason } = pretrained;
  const { head, loss, batchSize, batches, augment, seed, clipNorm, batchNorm } = spec;
  const isMoved = batchNorm === "trained" && report.fits.some(isUnfrozen);
  return [
    { name: "Pretrained network", value: licence ? `${title} (${licence})` : title },
    { name: "Cut", value: network.cut.reason },
    { name: "Preparation of the photos", value: transformReason },
    { name: "Head", value: headText(head) },
    { name: "Optimizer", value: optimizerText(spec) },
    { name: "Loss", value: lossText(loss) },
    ...(clipNorm === undefined ? [] : [{ name: "Gradients clipped to norm", value: String(clipNorm) }]),
    ...(isMoved ? [{ name: "Batch normalisations of trained layers", value: movedStatistics }] : []),
    ...(augment ? [{ name: "Augmentation", value: augmentText(augment) }] : []),
    { name: "Batch size", value: `${batchSize}${batches === "stratified" ? ", stratified" : ""}` },
    { name: "Seed", value: String(seed) },
  ];
}

/** Whether more than the head was trained. */
export const isUnfrozen = ({ groups }: FitRecord): boolean => groups.length > 1;

const movedStatistics = "by the statistics of each batch, their running ones learnt";

function headText(head: LearnerSpec["head"]): string {
  if (head.kind === "linear") return "linear";
  if (head.kind === "pretrained") return "linear, from the model's own classifier on";
  const layers = `${head.hidden.length} hidden ${head.hidden.length === 1 ? "layer" : "layers"}`;
  return `${layers} (${head.hidden.join(", ")}) with batch normalisation and dropout ${head.dropout}`;
}

function optimizerText({ optimizer }: LearnerSpec): string {
  const { weightDecay, decayBiasAndNorm } = optimizer;
  const spared = weightDecay > 0 && !decayBiasAndNorm ? " (none of biases and norms)" : "";
  const unlessScheduled = "where a schedule sets no other";
  const update =
    optimizer.name === "adamw"
      ? `AdamW, β₁ ${optimizer.beta1} ${unlessScheduled}, β₂ ${optimizer.beta2}, ε ${formatRate(optimizer.eps)}`
      : `SGD${optimizer.nesterov ? " with Nesterov" : ""}, momentum ${optimizer.momentum} ${unlessScheduled}`;
  return `${update}, weight decay ${weightDecay}${spared}`;
}

function lossText(loss: LossSpec): string {
  switch (loss.name) {
    case "cross-entropy": {
      const smoothed = loss.labelSmoothing > 0 ? `, label smoothing ${loss.labelSmoothing}` : "";
      return `cross-entropy${smoothed}${weightsText("classes", loss.classWeights)}`;
    }
    case "bce":
      return `binary cross-entropy of each label${weightsText("photos that have a label", loss.posWeights)}`;
    case "mse":
      return "mean squared error, in standard deviations of the values";
    case "mae":
      return "mean absolute error, in standard deviations of the values";
    case "huber":
      return `Huber's with δ ${loss.delta}, in standard deviations of the values`;
    default:
      return loss satisfies never;
  }
}

function weightsText(what: string, weights: ClassWeights | undefined): string {
  if (weights === undefined) return "";
  if (weights === "balanced") return `, ${what} weighted by rarity`;
  const each = Object.entries(weights).map(([name, weight]) => `${name} ${weight}`);
  return `, weights of ${what}: ${each.join(", ")}`;
}
