// The main job from start to end, while the caller's event loop is watched: event-loop.mjs PHOTOS PHOTO
// Prints, in milliseconds, the longest delay of each phase, the longest that was not waiting for a free core (where the
// system tells), and the CPU time of this process.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import { createLearner, imageFolder, loadClassifier } from "../../dist/node.js";

const [root, photo] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "regraft-"));
const watch = monitorEventLoopDelay({ resolution: 5 });
const cores = watchCores(5);
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
const { user, system } = process.cpuUsage();
console.log(JSON.stringify({ longest, held: cores.stop(), cpu: (user + system) / 1000 }));

/** The longest delay of a timer without the time in which this thread could have run and had no core. Linux only. */
function watchCores(period) {
  const file = "/proc/self/schedstat";
  if (!existsSync(file)) return { stop: () => null };
  // Nanoseconds on a core, nanoseconds waiting for one, time slices.
  const waited = () => Number(readFileSync(file, "utf8").split(" ")[1]) / 1e6;
  let held = 0;
  let last = { time: performance.now(), waited: waited() };
  const timer = setInterval(() => {
    const now = { time: performance.now(), waited: waited() };
    held = Math.max(held, now.time - last.time - period - (now.waited - last.waited));
    last = now;
  }, period);
  const stop = () => {
    clearInterval(timer);
    return held;
  };
  return { stop };
}
