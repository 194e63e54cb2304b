// Where a chart's axis begins and ends, and which numbers stand at it.

export interface Axis {
  readonly label: string;
  readonly min: number;
  readonly max: number;
  readonly ticks: readonly Tick[];
  /** Equal distances are equal ratios. */
  readonly log?: boolean;
}

export interface Tick {
  readonly value: number;
  readonly text: string;
}

/** Round numbers that enclose all finite values, some `count` of them. */
export function linearAxis(
  label: string,
  values: readonly number[],
  { count = 4, least }: { count?: number; least?: number } = {},
): Axis {
  const finite = values.filter(Number.isFinite);
  const low = Math.min(least ?? Number.POSITIVE_INFINITY, ...finite, ...(finite.length === 0 ? [0] : []));
  const high = Math.max(...finite, low);
  const span = high - low || Math.abs(high) || 1;
  const step = roundStep(span / count);
  // 0.3 / 0.1 is 2.9999999999999996.
  const [first, last] = [Math.floor(low / step + 1e-9), Math.ceil(high / step - 1e-9)];
  const end = Math.max(last, first + 1);
  const ticks = Array.from({ length: end - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return {
    label,
    min: ticks[0]!,
    max: ticks.at(-1)!,
    ticks: ticks.map((value) => ({ value, text: digits > 5 ? value.toExponential() : value.toFixed(digits) })),
  };
}

/** 1, 2 or 5 times a power of ten, not below `least`. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * ([1, 2, 5, 10].find((factor) => factor * power >= least * (1 - 1e-9)) ?? 10);
}

/** Whole numbers from `first` to `last`, of many only some. */
export function countingAxis(label: string, first: number, last: number): Axis {
  const step = Math.max(1, roundStep(Math.max(1, (last - first) / 8)));
  const values = Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, i) => first + i * step);
  const ticks = values.map((value) => ({ value, text: String(value) }));
  return { label, min: first === last ? first - 0.5 : first, max: first === last ? last + 0.5 : last, ticks };
}

/** Whole decades around all values. */
export function decadeAxis(label: string, values: readonly number[], text: (value: number) => string): Axis {
  const logs = values.filter((value) => value > 0).map(Math.log10);
  const low = Math.floor(Math.min(...logs, ...(logs.length === 0 ? [0] : [])) + 1e-9);
  const high = Math.max(Math.ceil(Math.max(...logs, low) - 1e-9), low + 1);
  const every = Math.ceil((high - low) / 8);
  const exponents = Array.from({ length: Math.floor((high - low) / every) + 1 }, (_, i) => low + i * every);
  const ticks = exponents.map((exponent) => {
    // 10 ** -4 is 0.00009999999999999999.
    const value = Number(`1e${exponent}`);
    return { value, text: text(value) };
  });
  return { label, min: Number(`1e${low}`), max: Number(`1e${high}`), ticks, log: true };
}
