// Which models are in the target opset as they are, so that the code that would bring them there need not be loaded.
import { type Graph, type Model, subgraphs } from "../graph.js";
import { targetOpset } from "../schema.js";

/** Whether all it says means the same in the target opset. False also for some of which it would take longer to tell. */
export const isCurrent = ({ graph, opsets, proto }: Model): boolean =>
  [targetOpset - 1, targetOpset].includes(opsets[""]!) && !proto?.functions.length && isUnchanged(graph);

const isUnchanged = ({ nodes }: Graph): boolean =>
  nodes.every((node) => !changed.has(node.opType) && subgraphs(node).length === 0);

/** The operators that opset 18 has changed, and what it has but says otherwise. */
export const changed: ReadonlySet<string> = new Set([
  "GroupNormalization",
  "ReduceL1",
  "ReduceL2",
  "ReduceLogSum",
  "ReduceLogSumExp",
  "ReduceMax",
  "ReduceMean",
  "ReduceMin",
  "ReduceProd",
  "ReduceSumSquare",
  "Split",
]);
