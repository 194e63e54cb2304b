// Functions that a model file defines for itself → the nodes they stand for. PyTorch's exporter and graph optimizers
// write such functions; after this pass a graph consists of operators alone.
import { RegraftError } from "../../errors.js";
import { readAttribute } from "../attributes.js";
import {
  type Attribute,
  createNode,
  type Graph,
  type Model,
  type Node,
  reads,
  subgraphs,
  type Value,
} from "../graph.js";
import { normalDomain, readOpsets } from "../model-entries.js";
import { edit, type FunctionProto, invalidModel, onnx } from "../proto.js";
import { modelOf } from "../read.js";
import { keepOutputNames, rewriteNodes } from "../rewrite.js";

/** A function's body in the operators of the model; `opsets` are those it is written in. */
export type ConvertBody = (body: Graph, opsets: Model["opsets"]) => Graph;

/**
 * The model without functions. Each call, those in subgraphs and in functions included, becomes a copy of the function's
 * body as `convert` returns it; its nodes are named `call/node`. Domains in which no operator is left are imported no
 * longer, those that only functions used are from now on.
 * @param source names the model in errors.
 * @throws RegraftError "invalid-model" for a function that calls itself or a call that does not fit it;
 * "unsupported-model" when more than 100,000 nodes would come out (functions multiply), or a graph is an argument.
 */
export function inlineFunctions(model: Model, source: string, convert: ConvertBody): Model {
  const { proto, graph: before, opsets } = model;
  if (!proto || proto.functions.length === 0) return model;
  const functions = new Map(proto.functions.map((definition) => [keyOf(definition), definition]));
  const inliner: Inliner = { source, convert, functions, bodies: new Map(), budget: { nodes: MAX_NODES } };
  const graph = keepOutputNames(inlineCalls(before, [], inliner), before.outputs);
  return { ...model, graph, opsets: imports(graph, opsets, proto.functions), proto: edit(proto, { functions: [] }) };
}

/** Ten times what the largest networks have. */
const MAX_NODES = 100_000;
const MAX_DEPTH = 100;

interface Inliner {
  readonly source: string;
  readonly convert: ConvertBody;
  readonly functions: ReadonlyMap<string, FunctionProto>;
  /** Bodies as they are in the file, each read once. */
  readonly bodies: Map<FunctionProto, Graph>;
  readonly budget: { nodes: number };
}

function inlineCalls(graph: Graph, callers: readonly FunctionProto[], inliner: Inliner): Graph {
  const { source, convert, functions, budget } = inliner;
  return rewriteNodes(graph, (call) => {
    const { opType: name, domain, proto } = call;
    const definition = functions.get(keyOf({ name, domain, overload: proto?.overload ?? "" }));
    if (!definition) return undefined;
    if (callers.includes(definition)) throw misuse(source, call, "calls itself");
    if (callers.length === MAX_DEPTH) throw tooLarge(source, `its functions call each other ${MAX_DEPTH} levels deep`);
    if (call.inputs.length > definition.input.length || call.outputs.length > definition.output.length)
      throw misuse(source, call, "is called with more inputs or outputs than it has");

    const body = bodyOf(definition, inliner);
    budget.nodes -= 1 + countNodes(body);
    if (budget.nodes < 0) throw tooLarge(source, `its functions come to more than ${MAX_NODES} nodes`);
    const converted = convert(bind(body, call, definition, source), readOpsets(definition.opset_import));
    return apply(inlineCalls(converted, [...callers, definition], inliner), call, source);
  });
}

function bodyOf(definition: FunctionProto, { bodies, source }: Inliner): Graph {
  const known = bodies.get(definition);
  if (known) return known;
  const { name, input, output, node } = definition;
  const named = (names: readonly string[]) => names.map((name) => new onnx.ValueInfoProto({ name }));
  const graph = new onnx.GraphProto({ name: name ?? "", node, input: named(input), output: named(output) });
  const body = modelOf(new onnx.ModelProto({ graph }), { source: `${source}, function ${name}` }).graph;
  bodies.set(definition, body);
  return body;
}

/** The body with the call's attributes where it refers to them, or their defaults, and without inputs it left out. */
function bind(body: Graph, call: Node, { attribute_proto }: FunctionProto, source: string): Graph {
  const refuse = () => {
    const reason = `its node ${JSON.stringify(call.name)} hands a graph to the function ${call.opType}`;
    throw new RegraftError("unsupported-model", { source, reason }, `Cannot use ${source}: ${reason}. ${REMEDY}`);
  };
  const defaults = attribute_proto.map((proto) => [proto.name ?? "", readAttribute(proto, refuse)] as const);
  const given = new Map([...defaults, ...Object.entries(call.attributes)]);
  const absent = new Set(body.inputs.filter((_, i) => !call.inputs[i]));
  return rewriteNodes(body, ({ outputs, ...fields }) => {
    const attributes = Object.entries(fields.attributes).flatMap(([name, attribute]): [string, Attribute][] => {
      const referred = referredBy(attribute);
      if (referred === undefined) return [[name, attribute]];
      const value = given.get(referred);
      if (value?.type === "GRAPH" || value?.type === "GRAPHS") refuse();
      return value ? [[name, value]] : [];
    });
    const inputs = fields.inputs.map((value) => (value && absent.has(value) ? undefined : value));
    return createNode({ ...fields, inputs, attributes: Object.fromEntries(attributes) }, outputs).outputs;
  });
}

const referredBy = ({ type, value }: Attribute): string | undefined =>
  type === "OTHER" && value instanceof onnx.AttributeProto ? value.ref_attr_name || undefined : undefined;

/** What the call's outputs are: those of a copy of `body` that computes from the call's inputs. */
function apply(body: Graph, call: Node, source: string): readonly (Value | undefined)[] {
  const formals = body.inputs.map((formal, i) => [formal, call.inputs[i]] as const);
  const given = new Map(formals.flatMap(([formal, value]) => (value ? [[formal, value]] : [])));
  const described = new Map(body.outputs.map((value, i) => [value, call.outputs[i]]));
  const copy = rewriteNodes(
    body,
    ({ outputs, name, ...fields }) =>
      createNode(
        { ...fields, name: [call.name, name].filter(Boolean).join("/") },
        // What the file says of the body's values by name holds in the body only.
        outputs.map((value) => {
          const { proto: _, ...own } = value ?? { name: "" };
          return value && { ...own, ...described.get(value) };
        }),
      ).outputs,
    given,
  );
  const used = new Set([...copy.nodes.flatMap(reads), ...copy.outputs.filter((_, i) => call.outputs[i])]);
  const missing = formals.find(([formal, value]) => !value && used.has(formal));
  if (missing) throw misuse(source, call, `needs its input ${JSON.stringify(missing[0].name)}, which is left out`);
  return call.outputs.map((value, i) => value && copy.outputs[i]);
}

function imports(graph: Graph, opsets: Model["opsets"], functions: readonly FunctionProto[]): Model["opsets"] {
  const used = domainsOf(graph);
  const emptied = new Set(functions.map(({ domain }) => normalDomain(domain)).filter((domain) => !used.has(domain)));
  const all = { ...Object.assign({}, ...functions.map(({ opset_import }) => readOpsets(opset_import))), ...opsets };
  const kept = Object.entries(all).filter(([domain]) => used.has(domain) || Object.hasOwn(opsets, domain));
  return Object.fromEntries(kept.filter(([domain]) => !emptied.has(domain))) as Model["opsets"];
}

const domainsOf = (graph: Graph): ReadonlySet<string> =>
  new Set(graph.nodes.flatMap((node) => [node.domain, ...subgraphs(node).flatMap((inner) => [...domainsOf(inner)])]));

const countNodes = ({ nodes }: Graph): number =>
  nodes.reduce((sum, node) => sum + 1 + subgraphs(node).reduce((inner, graph) => inner + countNodes(graph), 0), 0);

const keyOf = ({ domain, name, overload }: Pick<FunctionProto, "domain" | "name" | "overload">): string =>
  JSON.stringify([normalDomain(domain), name, overload ?? ""]);

const misuse = (source: string, { name, opType }: Node, reason: string): RegraftError =>
  invalidModel(source, `its function ${opType} ${reason} (node ${JSON.stringify(name)})`, { node: name });

function tooLarge(source: string, reason: string): RegraftError {
  return new RegraftError("unsupported-model", { source, reason }, `Cannot use ${source}: ${reason}. ${REMEDY}`);
}

const REMEDY = "Export it without functions, or inline them first (onnx.inliner.inline_local_functions).";
