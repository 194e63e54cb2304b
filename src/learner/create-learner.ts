// createLearner, on any platform: options checked, an engine connected, model and photos opened.
import type { Task } from "../datasets/task.js";
import { createOptimizer } from "../optimizers/create-optimizer.js";
import type { Channel } from "./border/channel.js";
import type { Host } from "./border/host.js";
import type { LearnerSpec } from "./border/spec.js";
import { stage } from "./border/stage.js";
import type { CallOptions } from "./call-options.js";
import type { LearnerEngine } from "./engine/engine.js";
import { engineCalls } from "./engine-calls.js";
import { Learner } from "./learner.js";
import { type LearnerOptions, toSpec } from "./options.js";
import { LearnerWork } from "./work.js";

/**
 * Opens a pretrained network and the photos to train it on.
 * @throws RegraftError "invalid-argument", "model-not-found", "invalid-model", "unsupported-model",
 * "no-classifier-found", "invalid-dataset", "device-unavailable", "file-access", "download-failed", "checksum-mismatch"
 */
export async function createLearnerOn<T extends Task>(host: Host, options: LearnerOptions<T>): Promise<Learner<T>> {
  const spec = toSpec(options as LearnerOptions<Task>);
  return openLearnerOn(host, options, async () => spec);
}

/** @param specFor asks the engine for what it needs to know. */
export async function openLearnerOn<T extends Task>(
  host: Host,
  { signal, onProgress }: CallOptions,
  specFor: (channel: Channel<LearnerEngine>) => Promise<LearnerSpec>,
): Promise<Learner<T>> {
  signal?.throwIfAborted();
  const connection = host.connect("learner");
  try {
    const { channel } = connection;
    const spec = await specFor(channel);
    const rest = await stage(spec, (slice) => channel.call("stage", slice, { signal }));
    const info = await channel.call("open", rest, { signal, onEvent: onProgress });
    signal?.throwIfAborted();
    const calls = engineCalls(connection);
    return new Learner(calls, new LearnerWork(calls, info, createOptimizer(spec.optimizer).momentum, spec.metrics));
  } catch (error) {
    await connection.close();
    throw error;
  }
}
