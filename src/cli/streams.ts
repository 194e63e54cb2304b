// Where text goes: the process's streams, or a test's.

export interface TextStream {
  /** Whether a person watches: only there do progress bars make sense. */
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/**
 * Keeps streams that cannot be written from ending the process in the middle of its work. The reader of a pipe may leave
 * early, as in `regraft models | head -1`: what is said then is lost, and that is all. Any other failure of standard
 * output, such as a full disk, is told, once.
 * @param onLost called when results were lost.
 */
export function surviveFailures(
  stdout: NodeJS.WritableStream,
  stderr: NodeJS.WritableStream,
  onLost: () => void,
): void {
  let told = false;
  stdout.on("error", ({ code, message }: NodeJS.ErrnoException) => {
    if (code === "EPIPE" || told) return;
    told = true;
    stderr.write(`error: Cannot write to standard output: ${message}. Results are lost. [file-access]\n`);
    onLost();
  });
  // Nobody is left to be told.
  stderr.on("error", () => {});
}
