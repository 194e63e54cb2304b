// The command line inside the test's own process: without a worker, its streams caught.
import { run } from "../../src/cli/run.js";
import type { TextStream } from "../../src/cli/streams.js";
import type { Platform } from "../../src/learner/engine/platform.js";
import { localHost } from "../../src/learner/node/host.js";
import { nodePlatform } from "../../src/learner/node/platform.js";
import { noDownloads } from "./model-server.js";

/** This machine's, but for the network. */
export const platform: Platform = {
  ...nodePlatform(new URL("../../models/", import.meta.url)),
  downloads: noDownloads,
};

export function caught(): TextStream & { text: string } {
  return {
    text: "",
    write(text) {
      this.text += text;
    },
  };
}

export interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export async function cliHere(
  args: readonly string[],
  signal = new AbortController().signal,
  here = platform,
): Promise<Said> {
  const [stdout, stderr] = [caught(), caught()];
  const code = await run(args, { host: localHost(here), platform: here, stdout, stderr, signal });
  return { code, stdout: stdout.text, stderr: stderr.text };
}

/** What --json ends with. */
export const lastLine = (stdout: string) => JSON.parse(stdout.trimEnd().split("\n").at(-1)!);

/** What train tells with --json, in order. */
export const trainKeys = ["model", "classes", "train", "valid", "lr", "fits", "epochs", "accuracy", "out"];
