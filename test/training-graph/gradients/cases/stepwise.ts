// Nothing to check: no input receives a gradient.
import type { Cases } from "./case.js";

export const stepwise = {
  Equal: [],
  Greater: [],
  GreaterOrEqual: [],
  Less: [],
  LessOrEqual: [],
  Shape: [],
  Sign: [],
} satisfies Cases;
