// What every gradient rule is checked on: the cases of all families. A rule without cases does not compile.
import { it } from "vitest";
import type { gradients } from "../../../src/training-graph/gradients/index.js";
import { checkGradient } from "../../helpers/check-gradient.js";
import { activations } from "./cases/activations.js";
import type { Case, Cases } from "./cases/case.js";
import { convolutions } from "./cases/convolutions.js";
import { elementwise } from "./cases/elementwise.js";
import { extremes } from "./cases/extremes.js";
import { gemm } from "./cases/gemm.js";
import { matmul } from "./cases/matmul.js";
import { movement } from "./cases/movement.js";
import { normalizations } from "./cases/normalizations.js";
import { picking } from "./cases/picking.js";
import { pools } from "./cases/pools.js";
import { reduction } from "./cases/reduction.js";
import { resize } from "./cases/resize.js";
import { softmax } from "./cases/softmax.js";
import { stepwise } from "./cases/stepwise.js";

type Rule = keyof typeof gradients;

export const cases: Cases & { readonly [R in Rule]: readonly Case<R>[] } = {
  ...activations,
  ...convolutions,
  ...elementwise,
  ...extremes,
  ...gemm,
  ...matmul,
  ...movement,
  ...normalizations,
  ...picking,
  ...pools,
  ...reduction,
  ...resize,
  ...softmax,
  ...stepwise,
};

const text = ([inputs, attributes = {}]: Case): string => {
  const given = JSON.stringify(inputs, (_, value) => (value?.data ? `constant ${[...value.data]}` : value));
  return `${given} ${JSON.stringify(attributes)}`;
};

/** One test per case of the rule. */
export const testRule = (rule: Rule): void => {
  const list: readonly Case[] = cases[rule];
  it.each(list.map((one) => [text(one), ...one] as const))(`${rule} of %s`, (_, inputs, attributes) =>
    checkGradient(rule, inputs, attributes),
  );
};
