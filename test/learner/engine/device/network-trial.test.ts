import { describe, expect, it } from "vitest";
import { RegraftError } from "../../../../src/errors.js";
import { tryNetwork } from "../../../../src/learner/engine/device/network-trial.js";
import type { Runtime } from "../../../../src/runtime/session.js";
import { type FakeDevice, runtimeWith } from "../../../helpers/fake-device.js";
import { pretrained } from "../../../helpers/opening.js";
import { tinyModel } from "../../../helpers/tiny-network.js";

const onGpu = { options: { device: "webgpu" }, once: { device: "cpu" }, reason: "" } as const;
const trying = (runtime: Runtime) =>
  tryNetwork(runtime, onGpu, pretrained(tinyModel()), { at: undefined, pool: "own" });

/** Off by so much; features are means of photos of the size of one. */
const offBy = (amount: number): FakeDevice => ({ results: (data) => data.map((x) => x + amount) });

describe("tryNetwork", () => {
  it("opens a network that gives the host's features there", async () => {
    const runtime = runtimeWith({ webgpu: offBy(1e-5) });
    const network = await trying(runtime);
    expect(network).toMatchObject({ featureCount: 3 });
    expect(runtime.alive()).toBe(1);
  });

  it("tells why one is closed again that gives others", async () => {
    const runtime = runtimeWith({ webgpu: offBy(0.1) });
    expect(await trying(runtime)).toBe("tiny.onnx gives other features there than on cpu");
    expect(runtime.alive()).toBe(0);
  });

  it("tells of a device that is lost while the network is loaded, or run", async () => {
    const lost = new RegraftError("device-lost", { device: "webgpu", reason: "unplugged" }, "It was lost.");
    const why = "it was lost while it was tried (unplugged)";
    const runtime = runtimeWith({ webgpu: {} });
    const create: Runtime["createSession"] = (...args) => {
      if (args[2].device === "webgpu") throw lost;
      return runtime.createSession(...args);
    };
    expect(await trying({ ...runtime, createSession: async (...args) => create(...args) })).toBe(why);
    let runs = 0;
    const breaking: Runtime["createSession"] = async (...args) => {
      const session = await runtime.createSession(...args);
      const run: typeof session.run = async (feeds) => {
        if (args[2].device !== "webgpu") return session.run(feeds);
        runs++;
        throw lost;
      };
      return { ...session, run };
    };
    expect(await trying({ ...runtime, createSession: breaking })).toBe(why);
    expect(runs).toBe(1);
    expect(runtime.alive()).toBe(0);
  });
});
