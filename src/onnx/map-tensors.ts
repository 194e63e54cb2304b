// Visits every tensor a model file stores: initializers, sparse tensors, attributes, in subgraphs, functions and
// training info too. Messages without a changed tensor are shared with the original.
import {
  type AttributeProto,
  edit,
  type Fields,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  type SparseTensorProto,
  type TensorProto,
  type TrainingInfoProto,
} from "./proto.js";

/** The model with each tensor replaced by what `change` returns for it; `isInitializer`: a dense one of some graph. */
export function mapTensors(
  model: ModelProto,
  change: (tensor: TensorProto, isInitializer: boolean) => TensorProto,
): ModelProto {
  const initializer = (tensor: TensorProto): TensorProto => change(tensor, true);
  const part = (tensor: TensorProto): TensorProto => change(tensor, false);

  const sparse = (tensor: SparseTensorProto): SparseTensorProto =>
    withChanges(tensor, {
      values: tensor.values && part(tensor.values),
      indices: tensor.indices && part(tensor.indices),
    });

  const attribute = (proto: AttributeProto): AttributeProto =>
    withChanges(proto, {
      t: proto.t && part(proto.t),
      g: proto.g && graph(proto.g),
      sparse_tensor: proto.sparse_tensor && sparse(proto.sparse_tensor),
      tensors: mapShared(proto.tensors, part),
      graphs: mapShared(proto.graphs, graph),
      sparse_tensors: mapShared(proto.sparse_tensors, sparse),
    });

  const node = (proto: NodeProto): NodeProto =>
    withChanges(proto, { attribute: mapShared(proto.attribute, attribute) });

  const graph = (proto: GraphProto): GraphProto =>
    withChanges(proto, {
      initializer: mapShared(proto.initializer, initializer),
      sparse_initializer: mapShared(proto.sparse_initializer, sparse),
      node: mapShared(proto.node, node),
    });

  const training = (proto: TrainingInfoProto): TrainingInfoProto =>
    withChanges(proto, {
      initialization: proto.initialization && graph(proto.initialization),
      algorithm: proto.algorithm && graph(proto.algorithm),
    });

  return withChanges(model, {
    graph: model.graph && graph(model.graph),
    functions: mapShared(model.functions, (proto) =>
      withChanges(proto, {
        attribute_proto: mapShared(proto.attribute_proto, attribute),
        node: mapShared(proto.node, node),
      }),
    ),
    training_info: mapShared(model.training_info, training),
  });
}

function mapShared<T>(items: readonly T[], change: (item: T) => T): readonly T[] {
  const changed = items.map(change);
  return changed.some((item, i) => item !== items[i]) ? changed : items;
}

function withChanges<T extends object>(message: T, fields: Fields<T>): T {
  const changed = (Object.keys(fields) as (keyof T)[]).filter((key) => fields[key] !== message[key]);
  if (changed.length === 0) return message;
  return edit(message, Object.fromEntries(changed.map((key) => [key, fields[key]])) as Fields<T>);
}
