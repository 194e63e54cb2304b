// The one way to edit a graph: replace values or nodes, and rebuild only what depends on them.
import { assert } from "../errors.js";
import {
  type Attribute,
  captured,
  computationOf,
  createNode,
  type Graph,
  type Node,
  reads,
  type Value,
} from "./graph.js";

/**
 * What a node's outputs become, one for each; undefined leaves the node as it is. `node` has its final inputs, `before`
 * is the one of the graph that is rewritten.
 */
export type Rewrite = (node: Node, before: Node) => readonly (Value | undefined)[] | undefined;

/**
 * A copy of `graph` in which every use of a key, subgraphs and outputs included, is its replacement, and what computes
 * that is part of the graph; only what stands for an input comes from outside, as the input did. Keys are values of
 * `graph` itself or of the graphs around it. Nodes that nothing needs any more stay: `prune` drops them.
 */
export const replaceValues = (graph: Graph, replacements: ReadonlyMap<Value, Value>): Graph =>
  rewriteNodes(graph, () => undefined, replacements);

/**
 * The same, and every node is shown to `rewrite`, those of subgraphs included, in order. Gives the same graph when
 * nothing changes.
 */
export function rewriteNodes(
  graph: Graph,
  rewrite: Rewrite,
  replacements: ReadonlyMap<Value, Value> = new Map(),
): Graph {
  const map = new Map(replacements);
  const outer = new Set(captured(graph).flatMap((value) => [value, map.get(value) ?? value]));
  return rewriteGraph(graph, { rewrite, map, isOuter: (value) => outer.has(value), isSubgraph: false });
}

interface Scope {
  readonly rewrite: Rewrite;
  /** Value → what it is now; grows along the way. */
  readonly map: Map<Value, Value>;
  /** Whether a graph around this one defines the value. */
  isOuter(value: Value): boolean;
  readonly isSubgraph: boolean;
}

function rewriteGraph(graph: Graph, scope: Scope): Graph {
  const { rewrite, map, isOuter } = scope;
  const mapped = (value: Value): Value => map.get(value) ?? value;
  const inputs = graph.inputs.map(mapped);
  const initializers = graph.initializers.map(mapped).filter(({ constant }) => constant);
  const nodes: Node[] = [];
  const own = new Set([...inputs, ...initializers]);
  const isKnown = (value: Value): boolean => own.has(value) || isOuter(value);

  const append = (node: Node): void => {
    nodes.push(node);
    for (const output of node.outputs) if (output) own.add(output);
  };
  const define = (values: readonly Value[]): void => {
    const missing = values.filter((value) => !isKnown(value));
    if (missing.length === 0) return;
    const added = computationOf(missing, isKnown);
    for (const constant of added.initializers) {
      own.add(constant);
      initializers.push(constant);
    }
    added.nodes.forEach(append);
  };

  for (const before of graph.nodes) {
    const node = rebuild(before, { ...scope, isOuter: isKnown, isSubgraph: true });
    const outputs = rewrite(node, before);
    if (!outputs) {
      define(reads(node));
      append(node);
    }
    for (const [i, old] of before.outputs.entries()) {
      if (!old) continue;
      const value = map.get(old) ?? (outputs ?? node.outputs)[i];
      assert(value, `the rewrite of ${before.opType} gives nothing for ${old.name}`);
      if (value !== old) map.set(old, value);
      define([value]);
    }
  }

  const outputs = graph.outputs.map((old) => {
    const value = mapped(old);
    define([value]);
    // A subgraph's output must be computed within it.
    if (!scope.isSubgraph || value === old || (value.producer && !isOuter(value))) return value;
    const [copy] = identity(value, old);
    append(copy!.producer!);
    return copy!;
  });
  const rewritten = { ...graph, inputs, outputs, nodes, initializers };
  const isSame = (["inputs", "outputs", "nodes", "initializers"] as const).every((key) =>
    equal(graph[key], rewritten[key]),
  );
  return isSame ? graph : rewritten;
}

function rebuild(node: Node, scope: Scope): Node {
  const inputs = node.inputs.map((value) => value && (scope.map.get(value) ?? value));
  const attributes = Object.entries(node.attributes).map(([name, attribute]): [string, Attribute] => {
    if (attribute.type === "GRAPH") return [name, withValue(attribute, rewriteGraph(attribute.value, scope))];
    if (attribute.type !== "GRAPHS") return [name, attribute];
    const graphs = attribute.value.map((graph) => rewriteGraph(graph, scope));
    return [name, equal(graphs, attribute.value) ? attribute : { ...attribute, value: graphs }];
  });
  const isSame = equal(inputs, node.inputs) && attributes.every(([name, value]) => value === node.attributes[name]);
  if (isSame) return node;
  const { outputs, ...fields } = node;
  return createNode({ ...fields, inputs, attributes: Object.fromEntries(attributes) }, outputs);
}

type GraphAttribute = Extract<Attribute, { type: "GRAPH" }>;

const withValue = (attribute: GraphAttribute, value: Graph): GraphAttribute =>
  value === attribute.value ? attribute : { ...attribute, value };

const equal = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((item, i) => item === b[i]);

/** `value` under the name and description of another. */
function identity(value: Value, { producer: _, constant: __, ...description }: Value): Node["outputs"] {
  return createNode({ opType: "Identity", domain: "", name: "", inputs: [value], attributes: {} }, [description])
    .outputs;
}

/**
 * The graph with its outputs called as `before`, the outputs it had before an edit: others know them by these names.
 * Renames what computes an output; inputs, constants and what is an output already are copied by Identity.
 */
export function keepOutputNames(graph: Graph, before: readonly Value[]): Graph {
  const taken = new Set(graph.outputs.filter(({ name }, i) => name === before[i]?.name));
  const renamed = new Map<Value, Value>();
  const copies = new Map<number, Value>();
  for (const [i, value] of graph.outputs.entries()) {
    const { name, shape, proto } = before[i]!;
    if (value.name === name) continue;
    const described = {
      name,
      ...(value.dtype && { dtype: value.dtype }),
      ...(shape && { shape }),
      ...(proto && { proto }),
    };
    if (value.producer && !taken.has(value)) renamed.set(value, described);
    else copies.set(i, described);
    taken.add(value);
  }
  if (renamed.size + copies.size === 0) return graph;
  const isRenamed = ({ outputs }: Node): boolean => outputs.some((output) => output && renamed.has(output));
  const named = rewriteNodes(graph, ({ outputs: _, ...fields }, before) => {
    if (!isRenamed(before)) return undefined;
    return createNode(
      fields,
      before.outputs.map((output) => output && (renamed.get(output) ?? output)),
    ).outputs;
  });
  const outputs = named.outputs.map((value, i) => (copies.has(i) ? identity(value, copies.get(i)!)[0]! : value));
  const added = outputs.filter((_, i) => copies.has(i)).map((value) => value.producer!);
  return { ...named, outputs, nodes: [...named.nodes, ...added] };
}
