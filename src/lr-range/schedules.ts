// Learning-rate schedules as pure functions: of a position from 0 to 1 (the pieces), of a step (the whole).
import { invalidArgument } from "../errors.js";

/** A value over the positions 0 … 1 of a stretch of training. */
export type Piece = (position: number) => number;

/** What step number `step` of `totalSteps` (counted from 0) trains with; position = step / totalSteps, as in fastai. */
export type Schedule = (step: number, totalSteps: number) => { readonly lr: number; readonly momentum?: number };

export const linear =
  (start: number, end: number): Piece =>
  (position) =>
    start + position * (end - start);

/** Half a cosine: flat at both ends. */
export const cosine =
  (start: number, end: number): Piece =>
  (position) =>
    start + ((1 + Math.cos(Math.PI * (1 - position))) * (end - start)) / 2;

/** Equal ratios; `start` and `end` of one sign. */
export const exponential =
  (start: number, end: number): Piece =>
  (position) =>
    start * (end / start) ** position;

/** `first` up to the position `at`, then `second`, each over its own 0 … 1. */
export const join =
  (at: number, first: Piece, second: Piece): Piece =>
  (position) =>
    position < at ? first(position / at) : second((position - at) / (1 - at));

export function constant(lr: number): Schedule {
  checkRate("lr", lr);
  return () => ({ lr });
}

export interface OneCycleOptions {
  readonly maxLr: number;
  /** Part of the steps that warm up; default 0.25. */
  readonly pctStart?: number;
  /** The first rate is `maxLr / div`; default 25. */
  readonly div?: number;
  /** The last rate nears `maxLr / divFinal`; default 1e5. */
  readonly divFinal?: number;
  /** Momentum at the start, at the highest rate, and at the end; default 0.95, 0.85, 0.95. */
  readonly momenta?: readonly [start: number, middle: number, end: number];
}

/** fastai's fit_one_cycle: the rate rises and falls along cosines, momentum falls and rises with it. */
export function oneCycle(options: OneCycleOptions): Schedule {
  const { maxLr, pctStart = 0.25, div = 25, divFinal = 1e5, momenta = [0.95, 0.85, 0.95] } = options;
  checkRate("maxLr", maxLr);
  checkRate("div", div, "divisor");
  checkRate("divFinal", divFinal, "divisor");
  if (!isPart(pctStart)) throw invalidArgument("pctStart", "a part of at least 0 and below 1", pctStart);
  if (!Array.isArray(momenta) || momenta.length !== 3 || !momenta.every(isPart)) {
    const received = Array.isArray(momenta) ? momenta.join(", ") : momenta;
    throw invalidArgument("momenta", "three momenta of at least 0 and below 1", received);
  }
  const [start, middle, end] = momenta;
  const lr = join(pctStart, cosine(maxLr / div, maxLr), cosine(maxLr, maxLr / divFinal));
  const momentum = join(pctStart, cosine(start, middle), cosine(middle, end));
  return (step, totalSteps) => ({ lr: lr(step / totalSteps), momentum: momentum(step / totalSteps) });
}

export interface CyclicalOptions {
  readonly baseLr: number;
  readonly maxLr: number;
  /** Steps in half a cycle. Smith advises 2 to 8 epochs' worth, and to stop at the end of a cycle. */
  readonly stepSize: number;
  /** The amplitude stays (default), is halved every cycle, or decays by `gamma` every step. */
  readonly mode?: "triangular" | "triangular2" | "exp_range";
  /** For "exp_range"; default 0.99994. */
  readonly gamma?: number;
}

/** Cyclical learning rates, arXiv 1506.01186: between `baseLr` and `maxLr`, up and down in a straight line. */
export function cyclical({ baseLr, maxLr, stepSize, mode = "triangular", gamma = 0.99994 }: CyclicalOptions): Schedule {
  checkRate("baseLr", baseLr);
  if (!(maxLr >= baseLr && Number.isFinite(maxLr))) {
    throw invalidArgument("maxLr", `a rate of at least baseLr (${baseLr})`, maxLr);
  }
  if (!(stepSize > 0 && Number.isFinite(stepSize))) throw invalidArgument("stepSize", "a positive number", stepSize);
  if (!(Number.isFinite(gamma) && gamma > 0 && gamma <= 1))
    throw invalidArgument("gamma", "a factor above 0 and up to 1", gamma);
  return (step) => {
    const cycle = Math.floor(1 + step / (2 * stepSize));
    const height = Math.max(0, 1 - Math.abs(step / stepSize - 2 * cycle + 1));
    return { lr: baseLr + (maxLr - baseLr) * height * amplitude(mode, cycle, step, gamma) };
  };
}

function amplitude(mode: NonNullable<CyclicalOptions["mode"]>, cycle: number, step: number, gamma: number): number {
  switch (mode) {
    case "triangular":
      return 1;
    case "triangular2":
      return 1 / 2 ** (cycle - 1);
    case "exp_range":
      return gamma ** step;
    default:
      mode satisfies never;
      throw invalidArgument("mode", '"triangular", "triangular2" or "exp_range"', mode);
  }
}

const isPart = (value: number): boolean => Number.isFinite(value) && value >= 0 && value < 1;

function checkRate(name: string, value: number, kind = "rate"): void {
  if (!(value > 0 && Number.isFinite(value))) throw invalidArgument(name, `a positive ${kind}`, value);
}
