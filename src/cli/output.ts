// Everything a command says goes through here: results to stdout; notes, errors and progress to stderr.
import type { RegraftError } from "../errors.js";
import type { Progress } from "../learner/border/events.js";
import { createProgress } from "./progress.js";
import type { TextStream } from "./streams.js";

export interface Output {
  /** A line, or several, of what was asked for. With --json it is for the person who watches, and goes to stderr. */
  result(text: string): void;
  /** What is told beside the result. */
  note(text: string): void;
  error(error: RegraftError): void;
  progress(progress: Progress): void;
  /** The result for programs: one line, with --json only. */
  json(value: object): void;
  /** Takes the progress off the screen. */
  close(): void;
}

export interface OutputOptions {
  readonly stdout: TextStream;
  readonly stderr: TextStream;
  readonly json: boolean;
}

export function createOutput({ stdout, stderr, json }: OutputOptions): Output {
  const progress = createProgress(stderr);
  const line = (stream: TextStream, text: string): void => {
    progress.clear();
    stream.write(`${text}\n`);
  };
  return {
    result: (text) => line(json ? stderr : stdout, text),
    note: (text) => line(stderr, text),
    error: ({ message, code }) => line(stderr, `error: ${message} [${code}]`),
    progress: ({ phase, done, total }) =>
      progress.show({ label: labels[phase], done, total, inBytes: phase === "download" }),
    json: (value) => {
      if (json) line(stdout, JSON.stringify(value));
    },
    close: progress.clear,
  };
}

const labels: Readonly<Record<Progress["phase"], string>> = {
  download: "Downloading",
  features: "Reading photos",
  "lr-find": "Range test",
  train: "Training",
  predict: "Predicting",
  evaluate: "Evaluating",
  interpret: "Looking closer",
};
