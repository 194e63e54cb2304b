// createLearner, on any platform: options checked, an engine connected, model and photos opened.
import type { ImageList } from "../datasets/image-list.js";
import { sgd } from "../optimizers/sgd.js";
import type { LearnerEngine } from "./engine.js";
import type { Connection, Host } from "./host.js";
import { Learner } from "./learner.js";
import { type LearnerOptions, toSpec } from "./options.js";
import type { LearnerSpec } from "./spec.js";

/**
 * Opens a pretrained network and the photos to train it on.
 * @throws RegraftError "invalid-argument", "model-not-found", "invalid-model", "unsupported-model",
 * "no-classifier-found", "invalid-dataset", "device-unavailable", "file-access"
 */
export async function createLearnerOn(host: Host, options: LearnerOptions): Promise<Learner> {
  const spec = toSpec(options);
  options.signal?.throwIfAborted();
  const connection = host.connect("learner");
  try {
    if (spec.data.kind === "list") await stage(connection, spec.data.items, options.signal);
    const info = await connection.channel.call("open", withoutItems(spec), { signal: options.signal });
    return new Learner(connection, info, sgd(spec.optimizer).momentum);
  } catch (error) {
    await connection.close();
    throw error;
  }
}

// A message is copied while the caller's event loop waits: 8 MiB take a few milliseconds.
const mostBytes = 8 * 2 ** 20;
const mostItems = 1000;

/** Sends a list's images in slices, each awaited, so that the caller's event loop turns in between. */
async function stage(
  { channel }: Connection<LearnerEngine>,
  items: ImageList["items"],
  signal: AbortSignal | undefined,
): Promise<void> {
  for (let start = 0; start < items.length; ) {
    let end = start;
    let bytes = 0;
    while (end < items.length && end - start < mostItems && bytes < mostBytes) bytes += items[end++]!.image.length;
    await channel.call("stage", items.slice(start, end), { signal });
    start = end;
  }
}

const withoutItems = (spec: LearnerSpec): LearnerSpec =>
  spec.data.kind === "list" ? { ...spec, data: { ...spec.data, items: [] } } : spec;
