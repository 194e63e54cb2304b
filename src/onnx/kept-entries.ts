// What a graph's file says about values by name: value_info and quantization annotations. An entry stays while its value
// lives, under the value's present name, and goes with it; entries about names the graph never defined stay as they are.
import type { Graph, Value } from "./graph.js";
import { edit, type GraphProto, onnx, type TensorAnnotation } from "./proto.js";
import { describeValue } from "./value-info.js";

/** The two fields for a graph that defines the values `own`. */
export function keptEntries(
  graph: Graph,
  own: readonly Value[],
  nameOf: (value: Value) => string,
): Pick<GraphProto, "value_info" | "quantization_annotation"> {
  const base = graph.proto ?? new onnx.GraphProto();
  const live = new Map(own.map((value) => [fileNameOf(value), value]));
  const defined = namesDefined(base);
  const isKept = (name = ""): boolean => live.has(name) || !defined.has(name);

  const described = base.value_info
    .filter(({ name }) => isKept(name))
    .map((entry) => {
      const value = live.get(entry.name);
      return value ? describeValue(value, nameOf(value), entry) : entry;
    });
  const atEdge = new Set([...graph.inputs, ...graph.outputs]);
  const listed = new Set(base.value_info.map(({ name }) => name));
  // Values that were inputs or outputs before, or come from another graph. Constants need no description.
  const added = own
    .filter((value) => value.proto && !value.constant && !atEdge.has(value) && !listed.has(value.proto.name))
    .map((value) => describeValue(value, nameOf(value), value.proto));

  const parametersOf = (annotation: TensorAnnotation): TensorAnnotation["quant_parameter_tensor_names"] =>
    annotation.quant_parameter_tensor_names;
  const annotations = base.quantization_annotation
    .filter((entry) => isKept(entry.tensor_name) && parametersOf(entry).every(({ value }) => isKept(value)))
    .map((entry) => {
      const rename = (name: string | undefined): string | undefined => {
        const value = live.get(name);
        return value ? nameOf(value) : name;
      };
      return edit(entry, {
        tensor_name: rename(entry.tensor_name),
        quant_parameter_tensor_names: parametersOf(entry).map((name) => edit(name, { value: rename(name.value) })),
      });
    });
  return { value_info: [...described, ...added], quantization_annotation: annotations };
}

/** The name a value had in its file; undefined for a value of our own. */
function fileNameOf({ name, proto, constant, producer }: Value): string | undefined {
  if (proto) return proto.name;
  if (constant) return "proto" in constant ? constant.proto.name : undefined;
  return producer?.proto && name;
}

function namesDefined(graph: GraphProto): ReadonlySet<string | undefined> {
  return new Set([
    ...graph.input.map(({ name }) => name),
    ...graph.initializer.map(({ name }) => name),
    ...graph.sparse_initializer.map(({ values }) => values?.name),
    ...graph.node.flatMap(({ output }) => output),
  ]);
}
