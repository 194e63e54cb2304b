// Refuses networks with tensors of absurd size before anything runs: sizes come from the runtime's own inference, which
// loads the graph and computes nothing.
import type { Size } from "../../../datasets/resize.js";
import { isRegraftError } from "../../../errors.js";
import { MAX_ELEMENTS, unbounded } from "../../../onnx/bounds.js";
import { copyOf } from "../../../onnx/emit.js";
import { type Graph, graphOf, reads, type Value } from "../../../onnx/graph.js";
import { replaceValues } from "../../../onnx/rewrite.js";
import { writeModel } from "../../../onnx/write.js";
import type { Session } from "../../../runtime/session.js";
import { sizeOf } from "../../../tensor.js";
import type { ImageModel } from "./import-model.js";

/**
 * @param photos how many it will be given at a time, unless it takes a number of its own, and of which size.
 * @param load makes a session that is not optimized, as that would compute constants.
 * @throws RegraftError "unsupported-model" for a tensor of more than 2^28 elements. What happens inside subgraphs is not
 * seen, nor sizes that depend on what is in the photos.
 */
export async function refuseHuge(
  { model, image: { value: image, batch } }: ImageModel,
  { photos, size, source }: { photos: number; size: Size; source: string },
  load: (model: Uint8Array) => Promise<Session>,
): Promise<void> {
  const shape = [batch ?? photos, 3, size.height, size.width];
  if (sizeOf(shape) > MAX_ELEMENTS)
    throw unbounded(source, `it takes ${shape[0]} photos at a time, ${gibibytes(shape)} of pixels`, remedy);
  const { graph, values } = withShape(model.graph, image, shape);
  const session = await load(writeModel({ ...model, graph })).catch((error) => {
    if (!isRegraftError(error)) throw error;
    // ONNX's inference adds the sizes of Concat in 32 bits: what is too long comes out negative.
    if (error.message.includes("Invalid dimension"))
      throw unbounded(source, `a value of it is longer than 2^31 for ${shape[0]} photos`, remedy);
  });
  // The part that is refused may be cut off; if not, it is refused again where it is to run.
  if (!session) return;
  const shapes = session.outputShapes;
  await session.release();
  for (const [i, { name }] of values.entries()) {
    // An open size is at least 1, but for tensors of nothing.
    const known = (shapes[i] ?? []).map((size) => (typeof size === "number" && size >= 0 ? size : 1));
    if (sizeOf(known) > MAX_ELEMENTS)
      throw unbounded(source, `its ${JSON.stringify(name)} takes ${gibibytes(known)} for ${shape[0]} photos`, remedy);
  }
}

const remedy = "Export it for fewer photos at a time (a dynamic batch), or for smaller ones.";

/**
 * The graph for photos of this shape, with every value it computes as an output. Weights become inputs: their shapes
 * are all that matters here.
 */
function withShape(
  graph: Graph,
  image: Value,
  shape: readonly number[],
): { readonly graph: Graph; readonly values: readonly Value[] } {
  const sized = { ...image, shape };
  const weights = new Set(graph.nodes.flatMap(reads).filter(isWeight));
  // Names inside need not be unique; those of inputs and outputs must.
  const inputs = new Map<Value, Value>([[image, sized]]);
  for (const value of weights) {
    const { constant: _, proto: __, ...input } = value;
    inputs.set(value, { ...input, name: `${image.name}_weight_${inputs.size}` });
  }
  const { name, nodes } = replaceValues(graph, inputs);
  const values = nodes.flatMap(({ outputs }) => outputs.filter((value) => value !== undefined));
  const outputs = values.map((value, i) => copyOf(value, `${image.name}_value_${i}`));
  return { graph: graphOf(name, [...inputs.values()], outputs), values };
}

/** Shapes, axes and sizes are small, and the runtime must see them. */
const isWeight = ({ constant, shape }: Value): boolean => !!constant && sizeOf(shape as readonly number[]) > 1024;

function gibibytes(shape: readonly number[]): string {
  const size = (4 * sizeOf(shape)) / 2 ** 30;
  return `${size.toLocaleString("en-US", { maximumFractionDigits: 1 })} GiB`;
}
