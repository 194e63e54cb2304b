// Learning rates as people write them: 0.012, 3.5e-6, 20000.

/** Two significant digits; exponents below 0.001 and from 100000 on. */
export function formatRate(lr: number): string {
  const rounded = Number(lr.toPrecision(2));
  if (rounded >= 1e-3 && rounded < 1e5) return String(rounded);
  return rounded.toExponential().replace("e+", "e");
}
