import { describe, expect, it } from "vitest";
import { linearHead } from "../../../../src/heads/linear.js";
import { workplaceOn } from "../../../../src/learner/engine/layers/workplace.js";
import { createOps } from "../../../../src/onnx/builder.js";
import { type Graph, graphOf, type Model, subgraphs } from "../../../../src/onnx/graph.js";
import { readModel } from "../../../../src/onnx/read.js";
import { sgd } from "../../../../src/optimizers/sgd.js";
import type { DeviceName } from "../../../../src/runtime/devices.js";
import type { Runtime, SessionOptions } from "../../../../src/runtime/session.js";
import { float32 } from "../../../../src/tensor.js";
import { trainingGraph } from "../../../../src/training-graph/assemble.js";
import { modelOf } from "../../../../src/training-graph/graph-edges.js";
import { crossEntropy } from "../../../../src/training-graph/loss.js";
import { largestDifference } from "../../../helpers/difference.js";
import { onCpu, runtime } from "../../../helpers/opening.js";
import { input, numbersOf } from "../../../helpers/run-graph.js";

const { signal } = new AbortController();

/** A workplace on a device, in truth on the CPU: what its sessions were made of and with. */
function placeOn(device: DeviceName) {
  const made: { model: Uint8Array; source: string; options: SessionOptions }[] = [];
  const over: Runtime = {
    ...runtime,
    createSession: (model, source, options) => {
      made.push({ model, source, options });
      return runtime.createSession(model, source, { ...options, device: "cpu" });
    },
  };
  return { made, place: workplaceOn(over, { options: { device, threads: 1 } }, signal) };
}

/** By operator, what the file is made of, graphs inside it included. */
function operatorsIn(bytes: Uint8Array): string[] {
  const within = (graph: Graph): string[] =>
    graph.nodes.flatMap((node) => [node.opType, ...subgraphs(node).flatMap(within)]);
  return [...new Set(within(readModel(bytes, { source: "it" }).graph))].sort();
}

function scoring(): Model {
  const op = createOps();
  const x = input("x", [1, 2]);
  return modelOf(graphOf("scoring", [x], [op.LogSoftmax(x)]));
}
const feeds = { x: float32([1, 2], [1, 3]) };
const expected = [-2 - Math.log1p(Math.exp(-2)), -Math.log1p(Math.exp(-2))];

describe("workplaceOn", () => {
  it.each([
    ["cpu", ["LogSoftmax"]],
    ["wasm", ["LogSoftmax"]],
    ["webgpu", ["Exp", "Log", "ReduceMax", "ReduceSum", "Sub"]],
  ] as const)("opens graphs in operators that %s has", async (device, operators) => {
    const { made, place } = placeOn(device);
    const session = await place.open(scoring(), "the scores");
    expect(made.map(({ source, options }) => [source, options])).toEqual([["the scores", { device, threads: 1 }]]);
    expect(operatorsIn(made[0]!.model)).toEqual(operators);
    const outputs = await session.run(feeds);
    expect(largestDifference(numbersOf(outputs[session.outputNames[0]!]!), expected)).toBeLessThan(1e-6);
    await session.release();
  });

  it("hands on that outputs are to stay on the device, and tensors to be brought there", async () => {
    const { made, place } = placeOn("webgpu");
    const session = await place.open(scoring(), "the scores", { onDevice: true });
    expect(made[0]!.options).toEqual({ device: "webgpu", threads: 1, onDevice: true });
    await session.release();

    const uploads: unknown[] = [];
    const there = await runtime.upload(feeds.x, "cpu");
    const upload: Runtime["upload"] = async (...args) => {
      uploads.push(args);
      return there;
    };
    const gpu = workplaceOn({ ...runtime, upload }, { options: { device: "webgpu" } }, signal);
    expect(await gpu.upload(feeds.x)).toBe(there);
    expect(uploads).toEqual([[feeds.x, "webgpu"]]);
  });

  it("opens nothing more once it is cancelled", async () => {
    const controller = new AbortController();
    const place = workplaceOn(runtime, onCpu, controller.signal);
    await (await place.open(scoring(), "the scores")).release();
    controller.abort(new Error("enough"));
    await expect(place.open(scoring(), "the scores")).rejects.toThrow("enough");
  });

  it("says which devices run a Loop themselves", () => {
    const devices = ["cpu", "wasm", "cuda", "webgpu"] as const;
    expect(devices.map((device) => workplaceOn(runtime, { options: { device } }, signal).loops)).toEqual([
      ...[true, true, true, false],
    ]);
  });

  it("leaves the body of a Loop in operators that the device has", async () => {
    const size = { features: 4, classes: 3 };
    const loss = crossEntropy({ classes: size.classes, labelSmoothing: 0, classWeights: undefined });
    const model = trainingGraph({ head: linearHead(size), loss, optimizer: sgd(), features: size.features });
    const { made, place } = placeOn("webgpu");
    await (await place.open(model, "the training graph")).release();
    const operators = operatorsIn(made[0]!.model);
    expect(operators).toContain("Loop");
    expect(operators.filter((opType) => /^(LogSoftmax|OneHot)$/.test(opType))).toEqual([]);
  });
});
