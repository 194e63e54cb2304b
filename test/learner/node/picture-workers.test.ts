// Workers here are a few lines of JavaScript; the real one is tested on the build.
import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, it, vi } from "vitest";
import { workersFor } from "../../../src/learner/engine/pictures/view-pool.js";
import { nodePictureWorkers } from "../../../src/learner/node/picture-workers.js";
import { temporaryFolder } from "../../helpers/temporary.js";

const folder = temporaryFolder();

function started(script: string) {
  const path = join(folder, `${Math.abs(script.length)}.mjs`);
  writeFileSync(path, script);
  return listening(pathToFileURL(path));
}

function listening(script: URL) {
  const worker = nodePictureWorkers(script).start();
  const messages: unknown[] = [];
  const onEnd = vi.fn();
  worker.listen((message) => messages.push(message), onEnd);
  return { worker, messages, onEnd };
}

const echo = `
  import { parentPort } from "node:worker_threads";
  parentPort.on("message", (message) => {
    if (message === "crash") throw new Error("a bug");
    parentPort.postMessage({ message, flags: process.execArgv });
  });
`;

it("there are as many workers as the machine's cores are for", () => {
  expect(nodePictureWorkers(new URL("file:///nowhere.mjs")).count).toBe(workersFor(availableParallelism()));
});

it("a worker takes messages and answers, without the caller's flags, until it is ended", async () => {
  const { worker, messages, onEnd } = started(echo);
  worker.hold(true);
  worker.post("hello");
  await expect.poll(() => messages).toEqual([{ message: "hello", flags: [] }]);
  expect(onEnd).not.toHaveBeenCalled();
  await worker.end();
  expect(onEnd).toHaveBeenCalledOnce();
});

it("a worker tells when it is lost: it crashes, it is not there", async () => {
  const { worker, onEnd } = started(echo);
  worker.post("crash");
  await expect.poll(() => onEnd.mock.calls.length).toBeGreaterThan(0);
  await worker.end();
  const missing = listening(pathToFileURL(join(folder, "missing.mjs")));
  await expect.poll(() => missing.onEnd.mock.calls.length).toBeGreaterThan(0);
  await missing.worker.end();
});
