// A process that ends in the midst of work: ending.mjs PHASE ENDING DELAY PHOTOS OUT
// PHASE says what is under way, ENDING how it ends, DELAY how many milliseconds after it is. Prints "ready" then, and
// what it observes as JSON.
import { setTimeout as delay } from "node:timers/promises";
import { createLearner, imageFolder } from "../../dist/node.js";

const [phase, ending, milliseconds, photos, out] = process.argv.slice(2);

const open = (options) => createLearner({ data: imageFolder(photos), batchSize: 16, ...options });
// No picture is kept: the workers for pictures decode all the time.
const augmented = { augment: true, cache: { memoryLimit: 1 } };
const learner = phase === "opening" ? undefined : await open(phase === "augmented training" ? augmented : {});
if (phase === "augmented training") await learner.unfreeze();
if (phase === "export") await learner.validate();
const controller = new AbortController();
const call = await begun();
await delay(Number(milliseconds));
console.log("ready");
await {
  abort,
  dispose,
  exit: () => process.exit(3),
  throw: () =>
    setTimeout(() => {
      throw new Error("the caller's own mistake");
    }),
  // Ctrl-C: the test sends the signal.
  interrupt: () => {},
}[ending]();

/** The call under way, as soon as it has got somewhere. */
function begun() {
  const { signal } = controller;
  // Without an end, where that is possible.
  const work = {
    opening: () => open({ signal }),
    extraction: (options) => learner.prepare(options),
    training: (options) => learner.fit(100_000, 0.001, options),
    "augmented training": (options) => learner.fit(100_000, 0.001, options),
    "range test": (options) => learner.lrFind({ ...options, runs: 100, steps: 400 }),
    export: (options) => learner.exportOnnx(out, options),
  }[phase];
  const progressOf = {
    extraction: "features",
    training: "train",
    "augmented training": "train",
    "range test": "lr-find",
  }[phase];
  return new Promise((resolve) => {
    const call = work({
      signal,
      onProgress: (progress) => {
        if (progress.phase === progressOf) resolve({ outcome });
      },
    });
    const outcome = call.then(
      (result) => ({ result }),
      (error) => ({ error }),
    );
    if (!progressOf) resolve({ outcome });
  });
}

async function abort() {
  const reason = new Error("enough");
  const started = performance.now();
  controller.abort(reason);
  const { error } = await call.outcome;
  const rejected = { isReason: error === reason, milliseconds: performance.now() - started };
  const epochs = await learner.fit(1, 0.01);
  console.log(JSON.stringify({ ...rejected, epochs: epochs.length }));
  await learner.dispose();
}

async function dispose() {
  const started = performance.now();
  await learner.dispose();
  const { error } = await call.outcome;
  console.log(JSON.stringify({ code: error.code, milliseconds: performance.now() - started }));
}
