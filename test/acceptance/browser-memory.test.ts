// Steps on WebGPU keep weights, slots and rows in the device's memory: counted at the browser's own interface, which ONNX
// Runtime has no way around.
import { afterAll, beforeAll, expect, it } from "vitest";
import { linearHead } from "../../src/heads/linear.js";
import { loweredFor } from "../../src/learner/engine/device/lowered-for.js";
import type { Model } from "../../src/onnx/graph.js";
import { writeModel } from "../../src/onnx/write.js";
import { adamW } from "../../src/optimizers/adamw.js";
import { crossEntropy } from "../../src/training-graph/loss.js";
import { gradientGraph, updateGraph } from "../../src/training-graph/micro-batches.js";
import { initialState } from "../../src/training-graph/step.js";
import { describeChromium, type OpenedPage, openPage } from "../helpers/chromium.js";

const size = { features: 256, classes: 10 };
const [rows, batch] = [512, 32];

const head = linearHead(size);
const optimizer = adamW();
const loss = crossEntropy({ classes: size.classes, labelSmoothing: 0, classWeights: undefined });
const { model: gradient, zeros } = gradientGraph({ head, loss, features: size.features });
const update = updateGraph({ head, optimizer, clipNorm: undefined, sums: zeros, groups: 1, groupOf: () => 0 });

/** What went between the page and the device, and what is kept there. */
interface Traffic {
  reads: number;
  uploadedBytes: number;
  buffers: number;
  bytes: number;
}

describeChromium("training steps on WebGPU", () => {
  let opened: OpenedPage;
  /** After no take, the first, and every other: of ten steps each. */
  let traffic: Traffic[];
  let losses: number[][];
  let fetched: Traffic;

  beforeAll(async () => {
    opened = await openPage({ webgpu: true });
    const web = await opened.load<typeof import("../../src/runtime/web.js")>("src/runtime/web.ts");
    const summed = await opened.load<typeof import("../../src/learner/engine/training/summed-steps.js")>(
      "src/learner/engine/training/summed-steps.ts",
    );
    const bytesOf = (model: Model) => [...writeModel(loweredFor(model, "webgpu"))];
    const shapes = (tensors: object) =>
      Object.entries(tensors as Record<string, { shape: readonly number[] }>).map(
        ([name, { shape }]) => [name, shape] as const,
      );
    const sent = {
      ...{ rows, batch, ...size },
      ...{ gradient: bytesOf(gradient), update: bytesOf(update) },
      ...{ zeros: shapes(zeros), start: shapes(initialState(head, optimizer)) },
    };
    ({ traffic, losses, fetched } = await opened.page.evaluate(
      async ({ web, summed, sent }) => {
        const counts: Traffic = { reads: 0, uploadedBytes: 0, buffers: 0, bytes: 0 };
        const { mapAsync, destroy } = GPUBuffer.prototype;
        const { createBuffer } = GPUDevice.prototype;
        const { writeBuffer } = GPUQueue.prototype;
        const alive = new Set<GPUBuffer>();
        GPUBuffer.prototype.mapAsync = function (mode, ...rest) {
          if (mode === GPUMapMode.READ) counts.reads++;
          return mapAsync.call(this, mode, ...rest);
        };
        GPUBuffer.prototype.destroy = function () {
          if (alive.delete(this)) {
            counts.buffers--;
            counts.bytes -= this.size;
          }
          return destroy.call(this);
        };
        GPUDevice.prototype.createBuffer = function (descriptor) {
          const buffer = createBuffer.call(this, descriptor);
          alive.add(buffer);
          counts.buffers++;
          counts.bytes += buffer.size;
          if (descriptor.mappedAtCreation) counts.uploadedBytes += buffer.size;
          return buffer;
        };
        GPUQueue.prototype.writeBuffer = function (buffer, offset, data, at, length) {
          counts.uploadedBytes += length ?? data.byteLength;
          return writeBuffer.call(this, buffer, offset, data, at, length);
        };

        const runtime = web.createWebRuntime();
        const open = (bytes: readonly number[], name: string) =>
          runtime.createSession(Uint8Array.from(bytes), name, { device: "webgpu", onDevice: true });
        const float32 = (shape: readonly number[], value: (i: number) => number) => ({
          dtype: "float32" as const,
          shape,
          data: Float32Array.from({ length: shape.reduce((product, n) => product * n, 1) }, (_, i) => value(i)),
        });
        const all = (given: typeof sent.zeros) =>
          Object.fromEntries(given.map(([name, shape]) => [name, float32(shape, () => 0)]));
        const { rows, batch, features, classes } = sent;
        const labels = Int32Array.from({ length: rows }, (_, i) => i % classes);
        const data = {
          features: float32(
            [rows, features],
            (i) => Math.sin(i) + (i % features === labels[Math.floor(i / features)]! ? 3 : 0),
          ),
          labels: { dtype: "int32" as const, shape: [rows], data: labels },
          names: [],
        };
        const training = await summed.summedSteps({
          ...{ gradient: await open(sent.gradient, "the gradient"), update: await open(sent.update, "the update") },
          ...{ upload: (tensor) => runtime.upload(tensor, "webgpu"), zeros: all(sent.zeros) },
          ...{ rowsPerRun: batch / 2, groups: 1 },
        })(all(sent.start));
        const traffic = [{ ...counts }];
        const losses: number[][] = [];
        const steps = 10;
        for (let take = 0; take < 21; take++) {
          const batches = Array.from({ length: steps }, (_, step) =>
            Int32Array.from({ length: batch }, (_, i) => ((take * steps + step) * batch + i * 7) % rows),
          );
          const rates = { lr: Array<number>(steps).fill(0.01), momentum: Array<number>(steps).fill(0.9) };
          losses.push([...(await training.take({ data, masks: () => ({}) }, { first: take * steps, batches, rates }))]);
          traffic.push({ ...counts });
        }
        await training.state();
        const fetched = { ...counts };
        training.end();
        return { traffic, losses, fetched };
      },
      { web, summed, sent },
    ));
  });
  afterAll(() => opened?.close());

  const between = (a: Traffic, b: Traffic) => ({
    reads: b.reads - a.reads,
    uploadedBytes: b.uploadedBytes - a.uploadedBytes,
  });

  it("learn", () => {
    expect(losses[0]![0]).toBeCloseTo(Math.log(10), 4);
    expect(losses.at(-1)!.at(-1)!).toBeLessThan(0.5);
  });

  it("read one list of losses back for ten steps, and the state when it is asked for", () => {
    for (const [i, now] of traffic.slice(1).entries()) expect(between(traffic[i]!, now).reads).toBe(1);
    expect(between(traffic.at(-1)!, fetched).reads).toBe(Object.keys(initialState(head, optimizer)).length);
  });

  it("upload the rows once, and for each step little more than which of them are its own", () => {
    const bytes = traffic.slice(1).map((now, i) => between(traffic[i]!, now).uploadedBytes);
    const ofRows = rows * size.features * 4;
    expect(bytes[0]).toBeGreaterThan(ofRows);
    for (const later of bytes.slice(1)) expect(later / 10).toBeLessThan(4096);
  });

  it("take no more memory after two hundred steps than after ten", () => {
    const [early, late] = [traffic[2]!, traffic.at(-1)!];
    expect([late.buffers, late.bytes]).toEqual([early.buffers, early.bytes]);
  });
});
