// What an engine does on a device that gives other gradients than the host.
import { afterEach, describe, expect, it, vi } from "vitest";
import { imageList } from "../../../src/datasets/image-list.js";
import type { CallContext } from "../../../src/learner/border/channel.js";
import type { EngineEvent } from "../../../src/learner/border/events.js";
import { LearnerEngine } from "../../../src/learner/engine/engine.js";
import { toSpec } from "../../../src/learner/options.js";
import { writeModel } from "../../../src/onnx/write.js";
import type { Device } from "../../../src/runtime/devices.js";
import { convModel } from "../../helpers/conv-network.js";
import { type FakeDevice, runtimeWith } from "../../helpers/fake-device.js";
import { refusal } from "../../helpers/refusal.js";
import { tinyPlatform } from "../../helpers/tiny-platform.js";
import { convOptions, convPhotos } from "../../helpers/unfreezing.js";

const quiet: CallContext = { signal: new AbortController().signal, emit: () => {} };
const engines: LearnerEngine[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  for (const engine of engines.splice(0)) await engine.close();
});

/** On a platform whose WebGPU is fast, and like this. */
async function open(name: Device, fake: FakeDevice = {}) {
  const runtime = runtimeWith({ webgpu: { ...fake, milliseconds: 1 }, cpu: { milliseconds: 8 } });
  const platform = tinyPlatform({ runtime });
  platform.files.contents.set("conv.onnx", writeModel(convModel()));
  const engine = new LearnerEngine(platform);
  engines.push(engine);
  const spec = toSpec({ ...convOptions(), model: "conv.onnx", device: { name, threads: 1 } });
  await engine.stage({ kind: "items", items: convPhotos, offset: 0 });
  const clock = vi.spyOn(performance, "now").mockImplementation(runtime.now);
  const info = await engine.open({ ...spec, data: { ...imageList(convPhotos), items: [] } }, quiet);
  clock.mockRestore();
  return { engine, info, runtime };
}

/** Off in what has more numbers than a head: the head alone is trained there. */
const wrong: FakeDevice = {
  of: "the gradient graph",
  results: (data) => (data.length > 100 ? data.map((x) => x * 1.1) : data),
};
const why = "the gradients of what is trained are others there (they differ by 1e-1 of their length)";

async function lossesOf(engine: LearnerEngine): Promise<number[]> {
  const losses: number[] = [];
  const emit = (event: unknown) => {
    const told = event as EngineEvent;
    if (told.phase === "results") losses.push(...told.losses);
  };
  const rates = { lr: [0.05, 0.05], momentum: [0.9, 0.9] };
  await engine.trainEpoch({ rates, firstStep: 0 }, { signal: quiet.signal, emit });
  return losses;
}

describe("LearnerEngine on a device with other gradients", () => {
  it('trains on the host what "auto" would train there, says so, and stops saying so', async () => {
    const { engine, info, runtime } = await open("auto", wrong);
    expect(info).toMatchObject({ device: "webgpu", notices: [] });
    const notice = `Training is done on cpu, not on webgpu: ${why}.`;
    expect(await engine.freezeTo(1, quiet)).toEqual({ ...info, notices: [notice] });
    expect(runtime.alive()).toBe(4);

    const { engine: plain } = await open("cpu");
    await plain.freezeTo(1, quiet);
    const losses = await lossesOf(engine);
    expect(losses).toHaveLength(2);
    expect(losses).toEqual(await lossesOf(plain));
    expect(await engine.freezeTo(3, quiet)).toEqual(info);
  });

  it("refuses to unfreeze on one that was asked for by name; all is as it was", async () => {
    const { engine, info, runtime } = await open("webgpu", wrong);
    const before = runtime.alive();
    const { message } = await refusal(() => engine.freezeTo(1, quiet), "device-unavailable");
    expect(message).toBe(`The device "webgpu" cannot be used: ${why}. Available: cpu. Choose one of these, or "auto".`);
    expect(runtime.alive()).toBe(before);
    expect(await lossesOf(engine)).toHaveLength(2);
    expect(await engine.freezeTo(3, quiet)).toEqual(info);
  });

  it("does so of the head too, at once", async () => {
    const fake: FakeDevice = { of: "the gradient graph", runs: false, reason: "no Indices." };
    const failure = "ONNX Runtime could not run the gradient graph: no Indices";
    const { info } = await open("auto", fake);
    expect(info).toMatchObject({
      device: "webgpu",
      notices: [`Training is done on cpu, not on webgpu: ${failure}.`],
    });
    await refusal(() => open("webgpu", fake), "device-unavailable", failure);
  });
});
