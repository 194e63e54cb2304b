// Workers here are a few lines of JavaScript that speak the channel's messages; the real one is tested on the build.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import type { CallContext } from "../../../src/learner/border/channel.js";
import type { Connection } from "../../../src/learner/border/host.js";
import { localHost, workerHost } from "../../../src/learner/node/host.js";
import { nodePlatform } from "../../../src/learner/node/platform.js";
import { refusal } from "../../helpers/refusal.js";
import { imageClassifier } from "../../helpers/small-models.js";
import { temporaryFolder } from "../../helpers/temporary.js";

const folder = temporaryFolder();

/** What the workers of these tests can do. */
interface Echo {
  echo(value: unknown, context: CallContext): Promise<unknown>;
  crash(value: undefined, context: CallContext): Promise<never>;
  leave(value: undefined, context: CallContext): Promise<never>;
}

let scripts = 0;
function connect(script: string): Connection<Echo> {
  const path = join(folder, `worker-${scripts++}.mjs`);
  writeFileSync(path, script);
  return workerHost(pathToFileURL(path)).connect("learner") as unknown as Connection<Echo>;
}

const echo = `
  import { parentPort, workerData } from "node:worker_threads";
  parentPort.on("message", ({ id, method, argument }) => {
    if (method === "crash") throw new Error("a bug in the worker");
    if (method === "leave") process.exit(7);
    const result = { argument, kind: workerData.kind, gate: workerData.gate.byteLength, flags: process.execArgv };
    parentPort.postMessage({ id, result });
    if (method === "close") parentPort.close();
  });
`;

describe("workerHost", () => {
  it("starts a worker with what it needs, and without the caller's flags", async () => {
    const { channel, close } = connect(echo);
    expect(await channel.call("echo", "hello")).toEqual({ argument: "hello", kind: "learner", gate: 8, flags: [] });
    await close();
  });

  it("ends the worker once the calls before have been answered, and only then", async () => {
    const { channel, close } = connect(echo);
    const before = channel.call("echo", 1);
    const closed = close();
    expect(await before).toMatchObject({ argument: 1 });
    await closed;
    await refusal(() => channel.call("echo", 2), "worker-failed");
    await close();
  });

  it("rejects calls under way and later ones when the worker crashes or leaves", async () => {
    for (const [method, reason] of [
      ["crash", "a bug in the worker"],
      ["leave", "code 7"],
    ] as const) {
      const { channel, close } = connect(echo);
      const calls = [channel.call("echo", 1), channel.call(method, undefined), channel.call("echo", 2)];
      const [first, ...rest] = await Promise.allSettled(calls);
      expect(first!.status).toBe("fulfilled");
      for (const { reason: error } of rest as PromiseRejectedResult[])
        await refusal(() => Promise.reject(error), "worker-failed", reason, "Create a new learner");
      await refusal(() => channel.call("echo", 3), "worker-failed", reason);
      await close();
    }
  });

  it("says so when there is no such worker file", async () => {
    const host = workerHost(pathToFileURL(join(folder, "missing.mjs")));
    const { channel, close } = host.connect("classifier");
    await refusal(() => channel.call("open", {} as never), "worker-failed", "missing.mjs");
    await close();
  });
});

describe("localHost", () => {
  const host = localHost(nodePlatform(new URL("../../../models/", import.meta.url)));
  const info = {
    task: "single-label",
    classes: ["dark", "light"],
    device: "cpu",
    reasons: { device: "cpu: as asked for" },
    notices: [],
  };

  it("works in the caller's thread, with the same typed errors", async () => {
    const model = join(folder, "model");
    mkdirSync(join(model, "onnx"), { recursive: true });
    writeFileSync(join(model, "onnx/model.onnx"), imageClassifier());
    writeFileSync(join(model, "config.json"), JSON.stringify({ id2label: { 0: "dark", 1: "light" } }));
    const device = { name: "cpu", threads: 1 } as const;
    const { channel, close } = host.connect("classifier");
    await refusal(() => channel.call("open", { folder: join(folder, "nowhere/"), device }), "file-access", "nowhere");
    expect(await channel.call("open", { folder: model, device })).toEqual(info);
    await close();
  });

  it("closes after the calls before", async () => {
    const { channel, close } = host.connect("classifier");
    const open = channel.call("open", { folder: join(folder, "model"), device: { name: "cpu", threads: 1 } });
    await close();
    expect(await open).toEqual(info);
  });
});
