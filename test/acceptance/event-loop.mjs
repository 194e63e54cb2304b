// The main job from start to end, while the caller's event loop is watched. Prints its longest delay in milliseconds.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import { createLearner, imageFolder, loadClassifier } from "../../dist/node.js";

const [root, photo] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "regraft-"));
const watch = monitorEventLoopDelay({ resolution: 5 });
watch.enable();

const longest = {};
async function during(phase, work) {
  watch.reset();
  const result = await work();
  // A timer that was held back is only counted once it has fired.
  await delay(20);
  longest[phase] = watch.max / 1e6;
  return result;
}

const learner = await during("createLearner", () => createLearner({ data: imageFolder(root) }));
await during("prepare", () => learner.prepare());
const { suggestion } = await during("lrFind", () => learner.lrFind());
await during("fitOneCycle", () => learner.fitOneCycle(5, suggestion.lr));
await during("validate", () => learner.validate());
await during("predict", () => learner.predict([photo, photo]));
await during("exportOnnx", () => learner.exportOnnx(join(folder, "export")));
await during("dispose", () => learner.dispose());
const classifier = await during("loadClassifier", () => loadClassifier(join(folder, "export")));
await during("classifier.predict", () => classifier.predict(photo));
await classifier.dispose();
watch.disable();
rmSync(folder, { recursive: true });
console.log(JSON.stringify(longest));
