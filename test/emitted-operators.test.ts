// Every operator that our graphs emit is in the table of operators per device, and what a device leaves to the CPU is
// written down here: a rule that would send an activation from the GPU to the CPU and back shows up as a difference.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { linearHead } from "../src/heads/linear.js";
import { mlpHead } from "../src/heads/mlp.js";
import { loweredFor } from "../src/learner/engine/device/lowered-for.js";
import type { Graph, Model } from "../src/onnx/graph.js";
import { adamW } from "../src/optimizers/adamw.js";
import { sgd } from "../src/optimizers/sgd.js";
import type { DeviceName } from "../src/runtime/devices.js";
import { type Inlined, isListed, type Kernel, operatorSupport, runsOn } from "../src/runtime/operators.js";
import type { DType } from "../src/tensor.js";
import { evaluationGraph, trainingGraph } from "../src/training-graph/assemble.js";
import { gradients } from "../src/training-graph/gradients/index.js";
import { crossEntropy, softCrossEntropy } from "../src/training-graph/loss.js";
import { gradientGraph, updateGraph } from "../src/training-graph/micro-batches.js";
import { absoluteError, binaryCrossEntropy, huberLoss, squaredError } from "../src/training-graph/other-losses.js";
import { gradientsOf } from "./helpers/check-gradient.js";
import { type NetworkFile, trainingGraphsOf } from "./helpers/emitted-graphs.js";
import { type OperatorUse, operatorsOf } from "./helpers/operators-of.js";
import type { Case } from "./training-graph/gradients/cases/case.js";
import { cases } from "./training-graph/gradients/cases.js";

const partsOf = (use: OperatorUse) => use.split(" ") as [opType: string, dtype: DType];

const known = new WeakMap<Graph, readonly OperatorUse[]>();
/** Of a graph that two devices run as it is, once. */
function usesOf(graph: Graph): readonly OperatorUse[] {
  const uses = known.get(graph) ?? operatorsOf(graph);
  known.set(graph, uses);
  return uses;
}

const usesIn = (graphs: readonly Graph[]): OperatorUse[] => [...new Set(graphs.flatMap(usesOf))].sort();

/** What the table does not know. */
const unlisted = (graphs: readonly Graph[]): OperatorUse[] =>
  usesIn(graphs).filter((use) => !isListed(partsOf(use)[0]));

/** What the device leaves to the CPU, but for int64: shapes, with which the runtime reckons on the CPU on any device. */
function fallbacks(device: DeviceName, graphs: readonly Graph[]): OperatorUse[] {
  return usesIn(graphs).filter((use) => {
    const [opType, dtype] = partsOf(use);
    return isListed(opType) && dtype !== "int64" && !runsOn(device, opType, dtype);
  });
}

/** Operators with kernels for other opsets than the model's. */
const ofOtherOpsets = (device: DeviceName, { graph, opsets }: Model): string[] =>
  usesOf(graph)
    .map((use) => partsOf(use)[0])
    .filter((opType) =>
      kernelsOf(device, opType).some(({ versions: [first, last = Number.POSITIVE_INFINITY] }) => {
        const opset = opsets[""]!;
        return opset < first || opset > last;
      }),
    );

/** Its own, or those of what is put in its place. */
function kernelsOf(device: DeviceName, opType: string): readonly Kernel[] {
  if (!isListed(opType)) return [];
  const list = device === "cuda" || device === "webgpu" ? device : "cpu";
  const support: Kernel | Inlined | undefined = operatorSupport[opType][list];
  if (!support) return [];
  return "inlined" in support ? support.inlined.flatMap((part) => kernelsOf(device, part)) : [support];
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
    expect(unlisted((Object.keys(gradients) as Rule[]).flatMap(graphsOf))).toEqual([]);
  });
});

describe("the graphs that train and evaluate", () => {
  const size = { features: 4, classes: 3 };
  const heads = [linearHead(size), mlpHead({ ...size, hidden: [5], dropout: 0.5, seed: 1 })];
  const losses = [undefined, [1, 2, 3]].flatMap((classWeights) => {
    const options = { classes: size.classes, labelSmoothing: 0.1, classWeights };
    return [crossEntropy(options), softCrossEntropy(options), binaryCrossEntropy(size.classes, classWeights)];
  });
  losses.push(squaredError([1, 2, 3]), absoluteError([1, 2, 3]), huberLoss([1, 2, 3], 1));
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
    const all = Object.values(graphs).flat();
    expect(fallbacks(device, all)).toEqual([]);
    expect(unlisted(all)).toEqual([]);
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

/** See fixtures/make_families.py. */
interface Entry {
  readonly input: { readonly run: readonly number[] };
  readonly refused: string | null;
}

describe("networks that are trained from the first layer on", () => {
  const folder = new URL("fixtures/", import.meta.url);
  const networkOf = (name: string, height: number, width: number): [string, NetworkFile] => {
    const file = fileURLToPath(new URL(`${name}.onnx`, folder));
    return [name, { file, size: { height, width } }];
  };
  const listing: Readonly<Record<string, Entry>> = JSON.parse(
    readFileSync(new URL("families/families.json", folder), "utf8"),
  );
  const families = Object.entries(listing)
    .filter(([, { refused }]) => refused === null)
    .map(([name, { input }]) => {
      const [height, width] = input.run[3] === 3 ? input.run.slice(1) : input.run.slice(2);
      return networkOf(`families/${name}`, height!, width!);
    });
  const reduced = readdirSync(new URL("gradients/", folder))
    .filter((file) => file.endsWith(".onnx"))
    .map((file) => networkOf(`gradients/${file.replace(/\.onnx$/, "")}`, 64, 64));

  /** Operators of the networks' own, which no gradient is asked of: those of shapes and masks, and what others have fused. */
  const own: Readonly<Record<string, readonly OperatorUse[]>> = {
    "families/hf-swin-old-17": ["ConstantOfShape int64", "Not bool", "Range int64", "ScatterND float32"],
    "families/hf-vit-old-14": ["ConstantOfShape int64"],
    "families/optimised-extended-vgg": ["com.microsoft.FusedConv float32", "com.microsoft.FusedGemm float32"],
    "families/vit-old-17": ["ConstantOfShape int64"],
    "gradients/vit-hf": ["ConstantOfShape int64"],
  };
  const untrainable = ["families/optimised-extended-vit", "families/quantised-qdq", "families/quantised-qoperator"];

  it.each([...reduced, ...families].filter(([name]) => !untrainable.includes(name)))(
    "%s: no device leaves anything to the CPU but what is listed, and all kernels are for its opset",
    async (name, network) => {
      const isReduced = name.startsWith("gradients/");
      // Gradient, update and evaluation each.
      const models = await trainingGraphsOf(network, isReduced ? ["running", "batch"] : ["running"]);
      expect(models).toHaveLength(isReduced ? 6 : 3);
      for (const device of ["cpu", "wasm", "cuda", "webgpu"] as const) {
        const there = models.map((model) => loweredFor(model, device));
        const graphs = there.map(({ graph }) => graph);
        expect(unlisted(graphs), device).toEqual(own[name] ?? []);
        expect(fallbacks(device, graphs), device).toEqual([]);
        expect(
          there.flatMap((model) => ofOtherOpsets(device, model)),
          device,
        ).toEqual([]);
      }
    },
  );
});
