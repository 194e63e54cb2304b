// Where text goes: the process's streams, or a test's.

export interface TextStream {
  /** Whether a person watches: only there do progress bars make sense. */
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** The reader of a pipe may leave early, as in `regraft models | head -1`: what is said then is lost, and that is all. */
export function ignoreClosedPipe(stream: NodeJS.WritableStream): void {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}
