#!/usr/bin/env node
// The command line's entry: binds it to this process. Paths are those of the bundle, dist/cli.js.
import { workerHost } from "../learner/node/host.js";
import { nodePlatform } from "../learner/node/platform.js";
import { run } from "./run.js";
import { abortOnSignals } from "./signals.js";
import { surviveFailures } from "./streams.js";

const { stdout, stderr } = process;
let lost = false;
surviveFailures(stdout, stderr, () => {
  lost = true;
  process.exitCode = 1;
});

// Never `process.exit`: the process ends by itself, once the worker has given everything back.
const exitCode = await run(process.argv.slice(2), {
  host: workerHost(new URL("./node-worker.js", import.meta.url)),
  platform: nodePlatform(new URL("../models/", import.meta.url)),
  stdout,
  stderr,
  signal: abortOnSignals(),
});
process.exitCode = exitCode === 0 && lost ? 1 : exitCode;
