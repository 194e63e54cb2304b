// Runs graphs with the real runtime, for tests of what graphs compute.
import { type Graph, graphOf, type Value } from "../../src/onnx/graph.js";
import { targetOpset } from "../../src/onnx/schema.js";
import type { TypedValue } from "../../src/onnx/shapes/dims.js";
import { writeModel } from "../../src/onnx/write.js";
import { createNodeRuntime } from "../../src/runtime/node.js";
import type { Session } from "../../src/runtime/session.js";
import type { DType, Tensor } from "../../src/tensor.js";

export const runtime = createNodeRuntime();

/** A session on the graph alone, one thread: results do not depend on the machine. */
export const sessionOf = (graph: Graph): Promise<Session> =>
  runtime.createSession(writeModel({ graph, opsets: { "": targetOpset }, metadata: {} }), graph.name, {
    device: "cpu",
    threads: 1,
  });

export type Feeds = Readonly<Record<string, Tensor>>;

/** A run of the graph; its results in the order of the graph's outputs. */
export async function run(graph: Graph, feeds: Feeds = {}): Promise<Tensor[]> {
  const session = await sessionOf(graph);
  try {
    const results = await session.run(feeds);
    return session.outputNames.map((name) => results[name]!);
  } finally {
    await session.release();
  }
}

/** What `values` are, computed from inputs. */
export const compute = (
  values: readonly Value[],
  inputs: readonly Value[] = [],
  feeds: Feeds = {},
): Promise<Tensor[]> => run(graphOf("test", inputs, values), feeds);

export const input = (name: string, shape: TypedValue["shape"], dtype: DType = "float32"): TypedValue => ({
  name,
  dtype,
  shape,
});

export const numbersOf = ({ data }: Tensor): number[] => Array.from(data as ArrayLike<number | bigint>, Number);
