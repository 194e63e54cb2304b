// Numbers as people read them.

/** 0.985 → "98.5 %". */
export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** Four digits behind the point, of great losses fewer. */
export const lossText = (loss: number): string => (Math.abs(loss) < 100 ? loss.toFixed(4) : loss.toPrecision(5));

/** Of any size: four digits. */
export const valueText = (value: number): string =>
  value === 0 || (Math.abs(value) >= 1e-3 && Math.abs(value) < 1e6)
    ? String(Number(value.toPrecision(4)))
    : value.toPrecision(4);

const metricTitles: Readonly<Record<string, string>> = {
  ...{ f1: "F1", f1Micro: "F1 of all decisions", accuracyMulti: "decisions right" },
  ...{ mae: "mean absolute error", mse: "mean squared error", rmse: "root mean squared error", r2: "R²" },
};

/** What people call a metric; by its own name where that says it. */
export const metricTitle = (name: string): string => (Object.hasOwn(metricTitles, name) ? metricTitles[name]! : name);

/** `1 photo`, `3 photos`. */
export const counted = (count: number, one: string, more = `${one}s`): string =>
  `${count.toLocaleString("en")} ${count === 1 ? one : more}`;

/** "40 ms", "1.4 s", "12 s", "3 min 5 s". */
export function duration(seconds: number): string {
  if (seconds < 1) return `${Math.round(1000 * seconds)} ms`;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** "a, b and c". */
export const enumerated = (items: readonly string[]): string =>
  items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
