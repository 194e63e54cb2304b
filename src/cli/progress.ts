// How far long work has come: a bar that redraws itself on a terminal, few plain lines elsewhere (logs, pipes).
import { SingleBar } from "cli-progress";
import type { TextStream } from "./streams.js";
import { clock } from "./table.js";

export interface ProgressDisplay {
  show(label: string, done: number, total: number): void;
  /** Takes a bar off the screen, so that a line can be written; the next `show` brings it back. */
  clear(): void;
}

export const createProgress = (stream: TextStream): ProgressDisplay =>
  stream.isTTY ? createBar(stream) : createLines(stream);

function createBar(stream: TextStream): ProgressDisplay {
  const bar = new SingleBar({
    stream: stream as NodeJS.WritableStream,
    format: "{label} {bar} {value}/{total}  {eta_formatted} left",
    formatTime: timeLeft,
    barsize: 30,
    barCompleteChar: "█",
    barIncompleteChar: "░",
    hideCursor: true,
    clearOnComplete: true,
  });
  let shown: string | undefined;
  const clear = (): void => {
    bar.stop();
    shown = undefined;
  };
  return {
    show: (label, done, total) => {
      if (label === shown) bar.update(done);
      else {
        clear();
        bar.start(total, done, { label });
        shown = label;
      }
      if (done === total) clear();
    },
    clear,
  };
}

/** Before the second update there is nothing to estimate from, and cli-progress then says "0", "NULL" or "INF". */
const timeLeft = (seconds: unknown): string => (typeof seconds === "number" ? clock(seconds) : "--:--");

// Short work needs no lines at all, long work one for every tenth.
const quietTime = 2000;

/** @param now milliseconds from any start. */
export function createLines(stream: TextStream, now: () => number = () => performance.now()): ProgressDisplay {
  let shown = { label: "", tenths: 0, at: 0 };
  return {
    show: (label, done, total) => {
      const tenths = Math.floor((10 * done) / total);
      if (label !== shown.label) shown = { label, tenths, at: now() };
      else if (tenths > shown.tenths && now() - shown.at >= quietTime) {
        shown = { label, tenths, at: now() };
        stream.write(`${label} ${done}/${total}\n`);
      }
    },
    clear: () => {},
  };
}
