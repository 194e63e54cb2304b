// Drops what no output needs: nodes, constants, and entries among the inputs that are constants in truth.
import { computationOf, type Graph } from "../graph.js";

/**
 * The same computation without dead parts; subgraphs stay as they are. Inputs that have a constant (before IR version 4
 * every initializer had to be listed so) become plain constants, which a runtime may fold. True inputs stay, read or
 * not. The same graph when nothing is to go.
 */
export function prune(graph: Graph): Graph {
  const inputs = graph.inputs.filter(({ constant }) => !constant);
  const boundary = new Set(inputs);
  const live = computationOf(graph.outputs, (value) => boundary.has(value));
  const liveNodes = new Set(live.nodes);
  const liveConstants = new Set(live.initializers);
  // What stays keeps its place in the file.
  const nodes = graph.nodes.filter((node) => liveNodes.has(node));
  const listed = graph.initializers.filter((value) => liveConstants.delete(value));
  const initializers = [...listed, ...liveConstants];
  const isSame =
    inputs.length === graph.inputs.length &&
    nodes.length === graph.nodes.length &&
    listed.length === graph.initializers.length &&
    initializers.length === listed.length;
  return isSame ? graph : { ...graph, inputs, nodes, initializers };
}
