// Every operator that our graphs emit is in the table of operators per device, and what a device leaves to the CPU is
// written down here: a rule that would send an activation from the GPU to the CPU and back shows up as a difference.
import { describe, expect, it } from "vitest";
import { linearHead } from "../src/heads/linear.js";
import { mlpHead } from "../src/heads/mlp.js";
import type { Graph } from "../src/onnx/graph.js";
import { adamW } from "../src/optimizers/adamw.js";
import { sgd } from "../src/optimizers/sgd.js";
import type { DeviceName } from "../src/runtime/devices.js";
import { isListed, runsOn } from "../src/runtime/operators.js";
import type { DType } from "../src/tensor.js";
import { evaluationGraph, trainingGraph } from "../src/training-graph/assemble.js";
import { gradients } from "../src/training-graph/gradients/index.js";
import { crossEntropy } from "../src/training-graph/loss.js";
import { gradientGraph, updateGraph } from "../src/training-graph/micro-batches.js";
import { gradientsOf } from "./helpers/check-gradient.js";
import { type OperatorUse, operatorsOf } from "./helpers/operators-of.js";
import type { Case } from "./training-graph/gradients/cases/case.js";
import { cases } from "./training-graph/gradients/cases.js";

/** What the device leaves to the CPU, but for int64: shapes, with which the runtime reckons on the CPU on any device. */
function fallbacks(device: DeviceName, graphs: readonly Graph[]): OperatorUse[] {
  const uses = [...new Set(graphs.flatMap(operatorsOf))].sort();
  return uses.filter((use) => {
    const [opType, dtype] = use.split(" ") as [string, DType];
    expect(isListed(opType), `${opType} in the table of operators`).toBe(true);
    return dtype !== "int64" && !runsOn(device, opType, dtype);
  });
}

describe("the gradient rules", () => {
  type Rule = keyof typeof gradients;

  const graphsOf = (rule: Rule): Graph[] =>
    (cases[rule] as readonly Case[]).map(([inputs, attributes]) => gradientsOf(rule, inputs, attributes));

  /** By rule, over all its cases: what it adds to the operator itself, which is the network's own. */
  const listed = (device: DeviceName): Partial<Record<Rule, OperatorUse[]>> =>
    Object.fromEntries(
      (Object.keys(gradients) as Rule[])
        .map((rule) => [rule, fallbacks(device, graphsOf(rule)).filter((use) => !use.startsWith(`${rule} `))] as const)
        .filter(([, uses]) => uses.length > 0),
    );

  it.each(["cpu", "wasm", "cuda", "webgpu"] as const)("leave nothing to the CPU on %s", (device) => {
    expect(listed(device)).toEqual({});
  });
});

describe("the graphs that train and evaluate", () => {
  const size = { features: 4, classes: 3 };
  const heads = [linearHead(size), mlpHead({ ...size, hidden: [5], dropout: 0.5, seed: 1 })];
  const losses = [undefined, [1, 2, 3]].map((classWeights) =>
    crossEntropy({ classes: size.classes, labelSmoothing: 0.1, classWeights }),
  );
  const optimizers = [sgd({ nesterov: true, weightDecay: 0.1 }), adamW()];
  const parts = heads.flatMap((head) => losses.map((loss) => ({ head, loss, features: size.features })));
  const updated = parts.flatMap((part) => optimizers.map((optimizer) => ({ ...part, optimizer, clipNorm: 1 })));

  const graphs = {
    loop: updated.map((all) => trainingGraph(all).graph),
    gradient: parts.map((part) => gradientGraph(part).model.graph),
    update: updated.map((all) => {
      const { zeros: sums } = gradientGraph(all);
      return updateGraph({ ...all, sums, groups: 2, groupOf: () => 1 }).graph;
    }),
    evaluation: parts.map((part) => evaluationGraph(part).graph),
  };

  it.each(["cpu", "wasm", "cuda"] as const)("run whole on %s", (device) => {
    expect(fallbacks(device, Object.values(graphs).flat())).toEqual([]);
  });

  it("leave to the CPU, on webgpu, what is listed here", () => {
    const loss = ["LogSoftmax float32", "OneHot int32"];
    // Gather takes a step's masks; Identity passes on the condition, which is on the CPU anyway.
    expect(fallbacks("webgpu", graphs.loop)).toEqual(["Gather uint8", "Identity bool", ...loss, "Loop float32"].sort());
    expect(fallbacks("webgpu", graphs.gradient)).toEqual(loss);
    expect(fallbacks("webgpu", graphs.update)).toEqual([]);
    expect(fallbacks("webgpu", graphs.evaluation)).toEqual(loss);
  });
});
