import { PassThrough } from "node:stream";
import { expect, it, vi } from "vitest";
import { surviveFailures } from "../../src/cli/streams.js";

const failure = (code: string) => Object.assign(new Error(`${code}: it cannot be written`), { code });

function watched() {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const onLost = vi.fn();
  surviveFailures(stdout, stderr, onLost);
  return { stdout, stderr, onLost };
}

it("lets the reader of a pipe leave", () => {
  const { stdout, stderr, onLost } = watched();
  stdout.emit("error", failure("EPIPE"));
  stderr.emit("error", failure("EPIPE"));
  expect(onLost).not.toHaveBeenCalled();
  expect(stderr.read()).toBeNull();
});

it("tells once that results are lost", () => {
  const { stdout, stderr, onLost } = watched();
  for (let i = 0; i < 3; i++) stdout.emit("error", failure("ENOSPC"));
  expect(onLost).toHaveBeenCalledOnce();
  expect(String(stderr.read())).toBe(
    "error: Cannot write to standard output: ENOSPC: it cannot be written. Results are lost. [file-access]\n",
  );
});

it("goes on when not even errors can be told", () => {
  const { stderr, onLost } = watched();
  stderr.emit("error", failure("ENOSPC"));
  expect(onLost).not.toHaveBeenCalled();
});
