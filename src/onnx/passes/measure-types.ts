// Types and shapes of a graph's values for any batch, from the runtime itself: what gradient rules need to know.
import type { Tensor } from "../../tensor.js";
import { constant, emit, list } from "../emit.js";
import type { Evaluate } from "../evaluate.js";
import { createNode, type Dim, type Graph, type Model, type Value } from "../graph.js";
import { elementTypeOf } from "../opset/element-type.js";
import { type Rewrite, rewriteNodes } from "../rewrite.js";
import type { ValueType } from "../shapes/dims.js";
import { tensorOutputs } from "../tensor-values.js";
import { fixedNumbers } from "./fixed-numbers.js";
import { measureShapes } from "./measure-shapes.js";
import { wholeViews } from "./strided-views.js";

type Feeds = Readonly<Record<string, Tensor>>;

export interface MeasuredType extends ValueType {
  /** What it is, where sizes alone decide it and the batch does not matter. */
  readonly tensor?: Tensor;
  /** It is all elements of its producer's first input, in order. */
  readonly isView?: boolean;
}

export type ValueTypes = ReadonlyMap<Value, MeasuredType>;

/**
 * What the values of a model with one input are for a batch of any size: two batches are run, and a dimension that is the
 * batch's size both times is "batch"; any other that differs is unknown.
 * @param photosOf that many photos, [count, 3, H, W]
 */
export async function measureTypes(
  model: Model,
  photosOf: (count: number) => Tensor,
  evaluate: Evaluate,
): Promise<ValueTypes> {
  const { inputs, nodes } = model.graph;
  const [image] = inputs;
  const values = [image!, ...nodes.flatMap(tensorOutputs)];
  const feeds = [2, 3].map((count) => ({ [image!.name]: photosOf(count) })) as [Feeds, Feeds];
  const two = await measureShapes(model, values, feeds[0], evaluate);
  const three = await measureShapes(model, values, feeds[1], evaluate);
  const numbers = await fixedNumbers(model, feeds, evaluate);
  const views = await wholeViews(model, feeds, [two, three], evaluate);
  const types = new Map<Value, MeasuredType>();
  for (const value of values) {
    const dtype = elementTypeOf(value);
    if (!dtype) continue;
    const other = three.get(value)!;
    const shape = two.get(value)!.map((size, axis) => common(size, other[axis]!));
    const tensor = numbers.get(value);
    const isView = value.producer !== undefined && views.has(value.producer) && shape.filter(isOpen).length <= 1;
    types.set(value, { dtype, shape, ...(tensor && { tensor }), ...(isView && { isView }) });
  }
  return types;
}

const isOpen = (dim: Dim): boolean => typeof dim !== "number";

function common(ofTwo: number, ofThree: number): Dim {
  if (ofTwo === ofThree) return ofTwo;
  return ofTwo === 2 && ofThree === 3 ? "batch" : undefined;
}

/**
 * A copy of the graph in which every value tells its type, those whose numbers were measured are constants, views are
 * Reshapes, and what `replacements` names is replaced.
 * @param types of the values of `graph`; those it does not name keep what they say themselves.
 */
export function withTypes(graph: Graph, types: ValueTypes, replacements: ReadonlyMap<Value, Value> = new Map()): Graph {
  const typedOutputs: Rewrite = ({ outputs: _, ...node }, before) => {
    const measured = before.outputs.map((value) => value && types.get(value));
    if (measured[0]?.isView) return [reshaped(before.outputs[0]!, node.inputs[0]!, measured[0])];
    const outputs = createNode(
      node,
      before.outputs.map((value, i) => value && { ...value, ...typeOf(measured[i]) }),
    ).outputs;
    return outputs.map((value, i) => {
      const tensor = measured[i]?.tensor;
      return value && tensor ? constant(value.name, tensor) : value;
    });
  };
  return rewriteNodes(graph, typedOutputs, replacements);
}

/** `data` in the shape of the view that it is of all its elements. */
function reshaped({ name }: Value, data: Value, { dtype, shape }: MeasuredType): Value {
  const sizes = shape.map((dim) => (typeof dim === "number" ? dim : -1));
  return emit("Reshape", name, [data, list("sizes", sizes)], { dtype, shape });
}

const typeOf = (measured: MeasuredType | undefined): Partial<ValueType> =>
  measured ? { dtype: measured.dtype, shape: measured.shape } : {};
