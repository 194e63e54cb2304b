import { describe, expect, it } from "vitest";
import { evaluatorOf } from "../../../../src/learner/engine/model/evaluator.js";
import { createOps } from "../../../../src/onnx/builder.js";
import { graphOf } from "../../../../src/onnx/graph.js";
import { createNodeRuntime } from "../../../../src/runtime/node.js";
import type { Runtime } from "../../../../src/runtime/session.js";
import { float32 } from "../../../../src/tensor.js";
import { input } from "../../../helpers/run-graph.js";

describe("evaluatorOf", () => {
  const x = input("x", [2]);
  const model = { graph: graphOf("g", [x], [createOps().Neg(x)]), opsets: { "": 18 }, metadata: {} };
  const real = createNodeRuntime();

  it("runs a model once and releases its session, also when the run fails", async () => {
    let released = 0;
    const runtime: Runtime = {
      ...real,
      createSession: async (...args) => {
        const session = await real.createSession(...args);
        return {
          ...session,
          release: async () => {
            released++;
            await session.release();
          },
        };
      },
    };
    const evaluate = evaluatorOf(runtime, "a model", { device: "cpu" });
    const [y] = Object.values(await evaluate(model, { x: float32([2], [1, -2]) }));
    expect(y!.data).toEqual(Float32Array.of(-1, 2));
    await expect(evaluate(model, { x: float32([3]) })).rejects.toMatchObject({ code: "runtime-failed" });
    expect(released).toBe(2);
  });
});
