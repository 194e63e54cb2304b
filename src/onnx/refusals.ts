// Files that a runtime would load, and that are nothing to build on: made for one kind of processor, or for training.
import { listed, RegraftError } from "../errors.js";
import type { Graph, Node } from "./graph.js";
import { describeNode } from "./node-facts.js";
import { tensorOf } from "./tensor-data.js";

/**
 * ONNX Runtime can write down a graph as it optimised it for the processor it ran on. Its weights are in blocks of that
 * processor's width then, and another one would compute something else with them.
 * @throws RegraftError "unsupported-model" naming the nodes
 */
export function refuseBlockedLayout(graph: Graph, source: string): void {
  const nodes = graph.nodes.filter(({ domain }) => domain === "com.microsoft.nchwc");
  refuse(
    nodes,
    source,
    "ONNX Runtime optimised it for one kind of processor",
    "Take the file it was made from, or write it with graph_optimization_level ORT_ENABLE_EXTENDED at most.",
  );
}

/**
 * In training mode a network's answer for a photo depends on chance (dropout) or on the other photos (batch-norm).
 * @param graph with constants folded: some networks normalise their weights by a batch-norm in training mode
 * @throws RegraftError "unsupported-model" naming the nodes
 */
export function refuseTraining(graph: Graph, source: string): void {
  refuse(
    graph.nodes.filter(isTraining),
    source,
    "it was exported in training mode",
    "Export it again in evaluation mode, in PyTorch after model.eval().",
  );
}

function isTraining({ opType, domain, inputs, attributes }: Node): boolean {
  if (domain !== "") return false;
  if (opType === "BatchNormalization") return Number(attributes.training_mode?.value ?? 0) !== 0;
  const mode = opType === "Dropout" ? inputs[2]?.constant : undefined;
  return mode !== undefined && Number(tensorOf(mode).data[0]) !== 0;
}

function refuse(nodes: readonly Node[], source: string, what: string, remedy: string): void {
  if (nodes.length === 0) return;
  const reason = `${what} (${listed(nodes.map(describeNode))})`;
  throw new RegraftError("unsupported-model", { source, reason }, `${source} cannot be used: ${reason}. ${remedy}`);
}
