import { MessageChannel, type MessagePort } from "node:worker_threads";
import { afterEach, describe, expect, it, vi } from "vitest";
import { invalidArgument, isRegraftError, RegraftError } from "../../../src/errors.js";
import {
  type CallContext,
  type Channel,
  localChannel,
  type Port,
  remoteChannel,
  serve,
} from "../../../src/learner/border/channel.js";
import { refusal } from "../../helpers/refusal.js";

/** Says what it does, in order. */
class Engine {
  readonly log: string[] = [];

  async double(x: number): Promise<number> {
    this.log.push(`double ${x}`);
    await tick();
    this.log.push(`doubled ${x}`);
    return 2 * x;
  }

  async count(to: number, { emit, signal }: CallContext): Promise<string> {
    for (let i = 1; i <= to; i++) {
      signal.throwIfAborted();
      emit({ i });
      await tick();
    }
    return "counted";
  }

  async fail(error: unknown): Promise<never> {
    throw error === "typed" ? typed() : error;
  }

  async close(): Promise<void> {
    this.log.push("closed");
  }
}

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const typed = (): Error =>
  new RegraftError("diverged", { step: 7, lr: 0.5 }, "The loss is gone.", {
    cause: new TypeError("deep", { cause: invalidArgument("x", "y", "z") }),
  });

const open: MessagePort[] = [];
afterEach(() => {
  for (const port of open.splice(0)) port.close();
});

const portOf = (port: MessagePort): Port => ({
  post: (message) => port.postMessage(message),
  listen: (onMessage) => port.on("message", onMessage),
});

/** An engine behind a real port, its messages cloned as between threads. */
function remote(engine = new Engine(), served: Engine | Promise<Engine> = engine) {
  const { port1, port2 } = new MessageChannel();
  open.push(port1, port2);
  const busy: boolean[] = [];
  const onClosed = vi.fn();
  serve(portOf(port2), served, onClosed);
  return { engine, busy, onClosed, channel: remoteChannel<Engine>(portOf(port1), (now) => busy.push(now)) };
}

const kinds: [string, (engine: Engine) => Channel<Engine>][] = [
  ["localChannel", (engine) => localChannel(engine)],
  ["localChannel to an engine that is still being made", (engine) => localChannel(later(engine))],
  ["remoteChannel", (engine) => remote(engine).channel],
  ["remoteChannel to an engine that is still being made", (engine) => remote(engine, later(engine)).channel],
];

const later = (engine: Engine): Promise<Engine> => new Promise((resolve) => setTimeout(resolve, 5, engine));

describe.each(kinds)("%s", (_, connect) => {
  it("answers calls one after the other, in their order", async () => {
    const engine = new Engine();
    const channel = connect(engine);
    const results = await Promise.all([1, 2, 3].map((x) => channel.call("double", x)));
    expect(results).toEqual([2, 4, 6]);
    expect(engine.log).toEqual([1, 2, 3].flatMap((x) => [`double ${x}`, `doubled ${x}`]));
  });

  it("goes on after a call that failed", async () => {
    const channel = connect(new Engine());
    const [failed, fine] = await Promise.allSettled([channel.call("fail", "typed"), channel.call("double", 4)]);
    expect(failed.status).toBe("rejected");
    expect(fine).toEqual({ status: "fulfilled", value: 8 });
  });

  it("tells each call its own events, in order, before the result", async () => {
    const channel = connect(new Engine());
    const heard: string[] = [];
    const count = (name: string) =>
      channel
        .call("count", 3, { onEvent: ({ i }: { i: number }) => heard.push(`${name}${i}`) })
        .then((result) => heard.push(result));
    await Promise.all([count("a"), count("b")]);
    expect(heard).toEqual(["a1", "a2", "a3", "counted", "b1", "b2", "b3", "counted"]);
  });

  it("carries typed errors with details, cause and stack", async () => {
    const error = await refusal(() => connect(new Engine()).call("fail", "typed"), "diverged", "The loss is gone.");
    expect(error).toBeInstanceOf(RegraftError);
    expect(error.details).toEqual({ step: 7, lr: 0.5 });
    expect(error.stack).toContain("channel.test.ts");
    expect(error.cause).toMatchObject({ name: "TypeError", message: "deep" });
    const innermost = (error.cause as Error).cause;
    expect(isRegraftError(innermost, "invalid-argument") && innermost.details.name).toBe("x");
  });

  it("carries other errors by name and message", async () => {
    const error: unknown = await connect(new Engine())
      .call("fail", new RangeError("too far"))
      .catch((error) => error);
    expect(error).toMatchObject({ name: "RangeError", message: "too far" });
    expect(isRegraftError(error)).toBe(false);
  });

  it("ends a call under way with the signal's reason, once the engine has stopped", async () => {
    const channel = connect(new Engine());
    const controller = new AbortController();
    const reason = new Error("enough");
    let last = 0;
    const onEvent = ({ i }: { i: number }): void => {
      last = i;
      if (i === 2) controller.abort(reason);
    };
    const call = channel.call("count", 1e6, { signal: controller.signal, onEvent });
    await expect(call).rejects.toBe(reason);
    expect(last).toBeLessThan(1000);
    expect(await channel.call("double", 1)).toBe(2);
  });

  it("does not begin a call that is aborted while it waits, or before", async () => {
    const engine = new Engine();
    const channel = connect(engine);
    const controller = new AbortController();
    const first = channel.call("double", 1);
    const second = channel.call("double", 2, { signal: controller.signal });
    controller.abort(new Error("changed my mind"));
    const third = channel.call("double", 3, { signal: controller.signal });
    const { reason } = controller.signal;
    expect(await Promise.allSettled([first, second, third])).toEqual([
      { status: "fulfilled", value: 2 },
      { status: "rejected", reason },
      { status: "rejected", reason },
    ]);
    expect(engine.log).toEqual(["double 1", "doubled 1"]);
  });

  it("ends a call that is aborted while it waits at once, not when its turn comes", async () => {
    const channel = connect(new Engine());
    const [long, waiting] = [new AbortController(), new AbortController()];
    let isOver = false;
    const before = channel.call("count", 1e6, { signal: long.signal }).catch(() => {
      isOver = true;
    });
    const call = channel.call("double", 1, { signal: waiting.signal });
    await tick();
    waiting.abort(new Error("enough"));
    await expect(call).rejects.toThrow("enough");
    expect(isOver).toBe(false);
    long.abort();
    await before;
  });

  it("ends a call with what its listener throws, and stops the engine", async () => {
    const channel = connect(new Engine());
    let heard = 0;
    const onEvent = (): void => {
      heard++;
      throw new Error("from the listener");
    };
    await expect(channel.call("count", 1e6, { onEvent })).rejects.toThrow("from the listener");
    expect(heard).toBe(1);
    expect(await channel.call("double", 1)).toBe(2);
  });
});

describe("remoteChannel", () => {
  it("says when the first call begins and the last one ends", async () => {
    const { channel, busy } = remote();
    await Promise.all([channel.call("double", 1), channel.call("double", 2)]);
    expect(busy).toEqual([true, false]);
    await channel.call("fail", "typed").catch(() => {});
    expect(busy).toEqual([true, false, true, false]);
  });

  it("refuses what cannot be sent, and is idle again", async () => {
    const { channel, busy } = remote();
    const call = () => channel.call("double", (() => 1) as unknown as number);
    await refusal(call, "invalid-argument", "an option of double");
    expect(busy).toEqual([true, false]);
    expect(await channel.call("double", 1)).toBe(2);
  });

  it("rejects all calls, present and future, when the worker is gone, and lets go of their signals", async () => {
    const { channel, busy } = remote();
    const { signal } = new AbortController();
    const removed = vi.spyOn(signal, "removeEventListener");
    const calls = [channel.call("count", 1e6, { signal }), channel.call("double", 1)];
    const gone = new RegraftError("worker-failed", { reason: "it was shot" }, "gone");
    channel.fail(gone);
    for (const call of [...calls, channel.call("double", 2)]) await expect(call).rejects.toBe(gone);
    expect(busy).toEqual([true, false]);
    expect(removed).toHaveBeenCalledOnce();
  });

  it("lets go of the signal of a call that has ended", async () => {
    const { channel } = remote();
    const { signal } = new AbortController();
    const added = vi.spyOn(signal, "addEventListener");
    const removed = vi.spyOn(signal, "removeEventListener");
    await channel.call("double", 1, { signal });
    expect(removed.mock.calls[0]![1]).toBe(added.mock.calls[0]![1]);
  });
});

describe("serve", () => {
  it("tells when close has been answered, after the calls before it", async () => {
    const { channel, engine, onClosed } = remote();
    const call = channel.call("double", 1);
    await channel.call("close", undefined as never);
    expect(await call).toBe(2);
    expect(engine.log).toEqual(["double 1", "doubled 1", "closed"]);
    await vi.waitFor(() => expect(onClosed).toHaveBeenCalledOnce());
  });
});
