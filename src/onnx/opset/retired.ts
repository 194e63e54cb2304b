// Operators that were replaced, and those that came after the target.

import { targetOpset } from "../schema.js";
import { become, type OperatorRules, refuse } from "./rule.js";

export const Scatter: OperatorRules = {
  up: {
    // Deprecated: renamed.
    11: (node) => become(node, { opType: "ScatterElements" }),
  },
};

export const Scan: OperatorRules = {
  up: {
    // Lost its batch axis and the sequences' lengths.
    9: () => refuse("it scans batches of sequences, as only opset 8 did"),
  },
};

/** An operator that came in this version and has no formula here. */
export const younger = (version: number): OperatorRules => ({
  down: { [version]: () => refuse(`opset ${targetOpset} has no such operator`) },
});
