// `Evaluate` with the real runtime, as row 4 hands it to passes.
import { evaluatorOf } from "../../src/learner/engine/model/evaluator.js";
import { createNodeRuntime } from "../../src/runtime/node.js";

export const evaluate = evaluatorOf(createNodeRuntime(), "the test's graph", { device: "cpu", threads: 1 });
