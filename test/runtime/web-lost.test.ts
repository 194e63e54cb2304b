// What becomes of work on a GPU whose process ends: in Chromium, where it can be ended by command.
import { afterAll, beforeAll, expect, it } from "vitest";
import { writeModel } from "../../src/onnx/write.js";
import type { Runtime } from "../../src/runtime/session.js";
import { describeChromium, loseGpu, type OpenedPage, openPage } from "../helpers/chromium.js";
import { loadInWorker } from "../helpers/page-worker.js";
import { tinyModel } from "../helpers/tiny-network.js";

type Web = typeof import("../../src/runtime/web.js");

/** What a worker is left with before the GPU is lost. */
interface Kept {
  readonly runtime: Runtime;
  readonly session: Awaited<ReturnType<Runtime["createSession"]>>;
  /** What repeated work has ended with. */
  outcome: Promise<string>;
}

describeChromium("a GPU that is lost", () => {
  let opened: OpenedPage;
  const found: Record<string, string> = {};
  const model = [...writeModel(tinyModel({ size: 8 }))];

  beforeAll(async () => {
    opened = await openPage({ webgpu: true, isolated: false });
    const address = opened.bundle("src/runtime/web.ts");
    const build = { page: opened.page, bundle: () => address };
    const begin = async (work: "run" | "open" | "none") => {
      const worker = await loadInWorker<Web>(build, "src/runtime/web.ts");
      await worker.run(
        async ({ createWebRuntime }, { model, work }) => {
          const kept = globalThis as unknown as Kept & { kept: Kept };
          const runtime = createWebRuntime();
          const open = () => runtime.createSession(Uint8Array.from(model), "a network", { device: "webgpu" });
          const image = { dtype: "float32", shape: [1, 3, 8, 8], data: new Float32Array(192) } as const;
          const session = await open();
          await session.run({ image });
          const repeat = async (): Promise<string> => {
            try {
              for (;;) {
                await (work === "run" ? session.run({ image }) : open().then(({ release }) => release()));
                // Neither need wait for anything, and a worker that never does hears of nothing.
                await new Promise((resolve) => setTimeout(resolve));
              }
            } catch (error) {
              const { code, details } = error as { code?: string; details?: { reason?: string } };
              return `${code ?? error}: ${details?.reason}`;
            }
          };
          kept.kept = { runtime, session, outcome: work === "none" ? Promise.resolve("") : repeat() };
        },
        { model, work },
      );
      return worker;
    };
    const [running, opening, idle] = [await begin("run"), await begin("open"), await begin("none")];
    await loseGpu(opened.page);
    const outcome = async () => (globalThis as unknown as { kept: Kept }).kept.outcome;
    found.running = await running.run(outcome);
    found.opening = await opening.run(outcome);
    const later = await idle.run(async (_, model) => {
      const { runtime, session } = (globalThis as unknown as { kept: Kept }).kept;
      const image = { dtype: "float32", shape: [1, 3, 8, 8], data: new Float32Array(192) } as const;
      const open = (device: "webgpu" | "wasm") =>
        runtime.createSession(Uint8Array.from(model), "a network", { device });
      const told = (work: Promise<unknown>) =>
        work.then(
          () => "done",
          ({ code, details }) => `${code}: ${details?.reason}`,
        );
      return {
        "running afterwards": await told(session.run({ image })),
        "opening afterwards": await told(open("webgpu")),
        "taking a tensor there": await told(runtime.upload(image, "webgpu")),
        releasing: await told(session.release()),
        "on WASM": await told(open("wasm").then((session) => session.run({ image }))),
      };
    }, model);
    Object.assign(found, later);
  }, 60_000);
  afterAll(() => opened?.close());

  it.each(["running", "opening", "running afterwards", "opening afterwards", "taking a tensor there"])(
    "ends %s with the browser's reason",
    (name) => {
      expect(found[name]).toMatch(/^device-lost: \w.*\w$/);
    },
  );

  it("has nothing to be given back to", () => {
    expect(found.releasing).toBe("done");
  });

  it("leaves WASM as it is, in the same worker", () => {
    expect(found["on WASM"]).toBe("done");
  });

  it("leaves the console alone", () => {
    expect(opened.errors).toEqual([]);
  });
});
