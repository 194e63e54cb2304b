import { MessageChannel } from "node:worker_threads";
import { expect, it } from "vitest";
import { turn } from "../../../src/learner/engine/turn.js";

it("lets messages in that came while the thread was busy", async () => {
  const { port1, port2 } = new MessageChannel();
  const controller = new AbortController();
  port2.on("message", (reason) => controller.abort(new Error(reason)));
  // As after a run: the runtime works within an immediate.
  await new Promise<void>((resolve) => {
    setImmediate(resolve);
  });
  port1.postMessage("cancelled");
  await expect(turn(controller.signal)).rejects.toThrow("cancelled");
  port1.close();
});

it("goes on where nothing came, or nothing can come", async () => {
  await turn(new AbortController().signal);
  await turn(undefined);
});
