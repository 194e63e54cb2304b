// What is different about a learner that is to go on from a checkpoint: options that make it another training, and what only
// makes the last bits differ. Options are compared as a whole, so that new ones are too.
import type { LearnerSpec } from "../../border/spec.js";
import { canonicalJson } from "../features/feature-key.js";
import type { LearnerFacts, Manifest } from "./manifest.js";

type Described = Pick<Manifest, "spec"> & { readonly learner: LearnerFacts };

/**
 * Not compared: network and photos are by their content, the device, and how photos are divided into runs, by what came of
 * them; the others do not touch the training.
 */
const passedOver: ReadonlySet<string> = new Set<keyof LearnerSpec>([
  "model",
  "data",
  "device",
  "microBatch",
  "cache",
  "metrics",
]);

/** Options and facts without which it is another training, as phrases. */
export function specDifferences(saved: Described, now: Described): string[] {
  const fields = new Set([...Object.keys(saved.spec), ...Object.keys(now.spec)]);
  const differences = [...fields]
    .filter((field) => !passedOver.has(field))
    .flatMap((field) => valueDifferences(field, comparedOf(saved.spec, field), comparedOf(now.spec, field)));
  if (saved.learner.network !== now.learner.network) {
    const { model } = now.learner;
    const names = saved.learner.model === model ? `${model} has changed since` : `${saved.learner.model}, now ${model}`;
    differences.unshift(`the network was another (${names})`);
  }
  return differences;
}

/** What is not the same to the last bit, in sentences. */
export function bitNotices(saved: Described, now: Described): string[] {
  const then = "results will not be those of an uninterrupted run to the last bit";
  const changes: readonly (readonly [string, unknown, unknown])[] = [
    ["on the device", saved.learner.device, now.learner.device],
    ["with threads", saved.spec.device.threads ?? "by default", now.spec.device.threads ?? "by default"],
    ["with photos per run", saved.learner.rowsPerRun ?? "whole batches", now.learner.rowsPerRun ?? "whole batches"],
  ];
  return changes.flatMap(([what, before, after]) =>
    before === after ? [] : [`The checkpoint was made ${what} ${before}, now it is ${after}: ${then}.`],
  );
}

const comparedOf = (spec: LearnerSpec, field: string): unknown => {
  const value = spec[field as keyof LearnerSpec];
  if (field !== "image") return value;
  // How many photos may be missing is asked before they are; which ones are, is compared.
  const { maxSkipped: _, ...image } = spec.image;
  return image;
};

/** Field by field where both are objects. */
function valueDifferences(name: string, before: unknown, after: unknown): string[] {
  if (textOf(before) === textOf(after)) return [];
  if (!isRecord(before) || !isRecord(after)) return [`${name} was ${textOf(before)}, now ${textOf(after)}`];
  const fields = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...fields].flatMap((field) => valueDifferences(`${name}.${field}`, before[field], after[field]));
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const textOf = (value: unknown): string => (value === undefined ? "not given" : canonicalJson(value));
