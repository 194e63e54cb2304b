import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createOps } from "../../src/onnx/builder.js";
import { graphOf } from "../../src/onnx/graph.js";
import { writeModel } from "../../src/onnx/write.js";
import type * as Web from "../../src/runtime/web.js";
import { modelOf } from "../../src/training-graph/graph-edges.js";
import { describeChromium, type OpenedPage, openPage, type PageOptions } from "../helpers/chromium.js";
import { type LoadedWorker, loadInWorker } from "../helpers/page-worker.js";
import { refusal } from "../helpers/refusal.js";
import { input } from "../helpers/run-graph.js";

/** y = x + x, of any length. */
function doubling(dtype: "float32" | "int32"): number[] {
  const op = createOps();
  const x = { ...input("x", ["n"]), dtype };
  return [...writeModel(modelOf(graphOf("doubling", [x], [op.Add(x, x)])))];
}

function onPage(options: PageOptions = {}) {
  const opened: { page?: OpenedPage; worker?: LoadedWorker<typeof Web> } = {};
  beforeAll(async () => {
    opened.page = await openPage(options);
    opened.worker = await loadInWorker<typeof Web>(opened.page, "src/runtime/web.ts");
  });
  afterAll(() => opened.page?.close());
  return {
    /** A worker that has loaded no runtime yet. */
    anew: () => loadInWorker<typeof Web>(opened.page!, "src/runtime/web.ts"),
    page: () => opened.page!,
    worker: () => opened.worker!,
  };
}

/** Doubles 1 … 3 on WASM, with this option. */
const run = ({ worker, threads }: { worker: LoadedWorker<typeof Web>; threads?: number }) =>
  worker.run(
    async ({ createWebRuntime }, { model, options }) => {
      const runtime = createWebRuntime();
      const session = await runtime.createSession(Uint8Array.from(model), "doubling", options);
      const [name] = session.outputNames;
      const x = { dtype: "float32", shape: [3], data: Float32Array.of(1, 2, 3) } as const;
      const outputs = await session.run({ x });
      await session.release();
      return [...(outputs[name!]!.data as Float32Array)];
    },
    { model: doubling("float32"), options: { device: "wasm" as const, ...(threads !== undefined && { threads }) } },
  );

describeChromium("a session on WASM", () => {
  const { anew, page } = onPage();

  /** How many times the runtime's script was asked for since: by who starts it, and by each of its threads. */
  async function scripts(threads: number | undefined): Promise<number> {
    const worker = await anew();
    const before = page().requests.length;
    expect(await run({ worker, ...(threads !== undefined && { threads }) })).toEqual([2, 4, 6]);
    return page()
      .requests.slice(before)
      .filter(({ path }) => /ort\.wasm.*\.js$/.test(path)).length;
  }

  it("has the threads that are asked for", async () => {
    expect(await scripts(1)).toBe(1);
    expect(await scripts(3)).toBe(3);
  });

  it("has by itself one for each core, of many logical ones half as many", async () => {
    const logical = await page().page.evaluate(() => navigator.hardwareConcurrency);
    expect(await scripts(undefined)).toBe(logical <= 4 ? logical : Math.min(8, Math.ceil(logical / 2)));
  });

  it("that has no WebAssembly says where it was looked for, and what to do", async () => {
    const worker = await anew();
    const wasmPaths = `${page().url}/nowhere/`;
    const attempt = () =>
      worker.run(
        async ({ createWebRuntime }, { wasmPaths, model }) => {
          await createWebRuntime({ wasmPaths }).createSession(Uint8Array.from(model), "doubling", { device: "wasm" });
        },
        { wasmPaths, model: doubling("float32") },
      );
    const parts = ["WebAssembly could not be started", `in ${wasmPaths}, as application/wasm`, "the option wasmPaths"];
    const { details } = await refusal(attempt, "device-unavailable", ...parts);
    expect(details).toEqual({ device: "wasm", available: [] });
  });

  it("refuses what is no model", async () => {
    const worker = await anew();
    const attempt = () =>
      worker.run(async ({ createWebRuntime }) => {
        await createWebRuntime().createSession(Uint8Array.of(1, 2, 3), "a photo", { device: "wasm" });
      });
    await refusal(attempt, "runtime-failed", "could not load a photo");
  });
});

describeChromium("a page that is not isolated", () => {
  const { worker, page } = onPage({ isolated: false });

  it("has one thread, whatever is asked for", async () => {
    expect(await run({ worker: worker(), threads: 3 })).toEqual([2, 4, 6]);
    expect(page().requests.filter(({ path }) => /ort\.wasm.*\.js$/.test(path))).toHaveLength(1);
    expect(page().errors).toEqual([]);
  });

  it("offers WASM, and tells why there is no GPU", async () => {
    const offers = await worker().run(({ createWebRuntime }) => createWebRuntime().devices());
    expect(offers.map(({ name }) => name)).toEqual(["webgpu", "wasm"]);
    expect(offers[0]!.problem).toMatch(/WebGPU|GPU/);
    expect(offers[1]!.remark).toMatch(/^in one thread, as the page is not cross-origin isolated \(/);
  });
});

describeChromium("a session on WebGPU", () => {
  const { worker } = onPage({ webgpu: true });

  it("is offered, but not for auto, where the adapter is software", async () => {
    const [offer] = await worker().run(({ createWebRuntime }) => createWebRuntime().devices());
    expect(offer).toEqual({ name: "webgpu", passedOver: expect.stringContaining("software") });
  });

  describe.each(["float32", "int32"] as const)("on %s", (dtype) => {
    it.each([1, 3, 4, 5, 17, 1001])("takes %d of them there, computes and gives them back", async (length) => {
      const found = await worker().run(
        async ({ createWebRuntime }, { model, dtype, length }) => {
          const runtime = createWebRuntime();
          const options = { device: "webgpu", onDevice: true } as const;
          const session = await runtime.createSession(Uint8Array.from(model), "doubling", options);
          const numbers = Array.from({ length }, (_, i) => i - 2);
          const data = dtype === "float32" ? Float32Array.from(numbers) : Int32Array.from(numbers);
          const x = await runtime.upload({ dtype, shape: [length], data } as never, "webgpu");
          const y = Object.values(await session.runOnDevice({ x }))[0]!;
          const again = Object.values(await session.runOnDevice({ x: y }))[0]!;
          const read = await Promise.all([x, y, again].map((tensor) => tensor.read()));
          for (const tensor of [x, y, again]) tensor.release();
          await session.release();
          return read.map(({ dtype, shape, data }) => ({ dtype, shape: [...shape], data: [...(data as Int32Array)] }));
        },
        { model: doubling(dtype), dtype, length },
      );
      const multiples = [1, 2, 4].map((factor) => Array.from({ length }, (_, i) => factor * (i - 2) + 0));
      expect(found).toEqual(multiples.map((data) => ({ dtype, shape: [length], data })));
    });
  });
});
