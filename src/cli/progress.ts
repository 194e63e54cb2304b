// How far long work has come: a bar that redraws itself on a terminal, few plain lines elsewhere (logs, pipes).
import { SingleBar } from "cli-progress";
import type { TextStream } from "./streams.js";
import { clock, megabytes } from "./table.js";

export interface Amount {
  readonly label: string;
  readonly done: number;
  /** 0 when nobody knows. */
  readonly total: number;
  /** Whether it is told in megabytes, with the speed. */
  readonly inBytes?: boolean;
}

export interface ProgressDisplay {
  show(amount: Amount): void;
  /** Takes a bar off the screen, so that a line can be written; the next `show` brings it back. */
  clear(): void;
}

export const createProgress = (stream: TextStream): ProgressDisplay =>
  stream.isTTY ? createBar(stream) : createLines(stream);

function createBar(stream: TextStream): ProgressDisplay {
  const bar = new SingleBar({
    stream: stream as NodeJS.WritableStream,
    format: "{label} {bar} {amount}  {eta_formatted} left",
    formatTime: timeLeft,
    barsize: 30,
    barCompleteChar: "█",
    barIncompleteChar: "░",
    hideCursor: true,
    clearOnComplete: true,
  });
  let shown: { readonly label: string; readonly from: number; readonly since: number } | undefined;
  const clear = (): void => {
    bar.stop();
    shown = undefined;
  };
  return {
    show: (amount) => {
      const { label, done, total } = amount;
      if (label === shown?.label) {
        const speed = (1000 * (done - shown.from)) / (performance.now() - shown.since);
        bar.update(done, { amount: amountText(amount, speed) });
      } else {
        clear();
        // The bar of what has no end is empty.
        bar.start(total || Number.POSITIVE_INFINITY, done, { label, amount: amountText(amount) });
        shown = { label, from: done, since: performance.now() };
      }
      if (done === total) clear();
    },
    clear,
  };
}

/** @param speed a second. */
function amountText({ done, total, inBytes }: Amount, speed?: number): string {
  if (!inBytes) return `${done}/${total}`;
  const amount = total === 0 ? megabytes(done) : `${(done / 1e6).toFixed(1)}/${megabytes(total)}`;
  return speed !== undefined && Number.isFinite(speed) ? `${amount}, ${megabytes(speed)}/s` : amount;
}

/** Before the second update there is nothing to estimate from, and cli-progress then says "0", "NULL" or "INF". */
const timeLeft = (seconds: unknown): string =>
  typeof seconds === "number" && Number.isFinite(seconds) ? clock(seconds) : "--:--";

// Short work needs no lines at all, long work one for every tenth.
const quietTime = 2000;

/** @param now milliseconds from any start. */
export function createLines(stream: TextStream, now: () => number = () => performance.now()): ProgressDisplay {
  let shown = { label: "", tenths: 0, at: 0 };
  return {
    show: (amount) => {
      const { label, done, total } = amount;
      const tenths = Math.floor((10 * done) / total);
      if (label !== shown.label) shown = { label, tenths, at: now() };
      else if (tenths > shown.tenths && now() - shown.at >= quietTime) {
        shown = { label, tenths, at: now() };
        stream.write(`${label} ${amountText(amount)}\n`);
      }
    },
    clear: () => {},
  };
}
