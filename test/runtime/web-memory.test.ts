// Runs that take more memory than a browser has for them: an error that says so, and the session goes on.
import { afterAll, beforeAll, expect, it } from "vitest";
import { createOps } from "../../src/onnx/builder.js";
import { graphOf } from "../../src/onnx/graph.js";
import { writeModel } from "../../src/onnx/write.js";
import { describeChromium, type OpenedPage, openPage } from "../helpers/chromium.js";
import { loadInWorker } from "../helpers/page-worker.js";
import { input } from "../helpers/run-graph.js";
import { emit } from "../helpers/tiny-network.js";

type Web = typeof import("../../src/runtime/web.js");

const image = input("image", [1, 1, 64, 64]);
const repeats = { ...input("repeats", [4]), dtype: "int64" } as const;
const op = createOps();
const tiles = emit("Tile", [image, repeats], { shape: [1, 1, "height", "width"] });
const sum = op.ReduceSum(op.Relu(tiles), op.ints(1, 2, 3), { keepdims: 0 });
const model = [...writeModel({ graph: graphOf("tiles", [image, repeats], [sum]), opsets: { "": 18 }, metadata: {} })];

describeChromium("more memory than there is", () => {
  let opened: OpenedPage;
  beforeAll(async () => {
    opened = await openPage({ webgpu: true, isolated: false });
  });
  afterAll(() => opened?.close());

  it.each(["wasm", "webgpu"] as const)("is told of on %s, and the session goes on", async (device) => {
    const worker = await loadInWorker<Web>(opened, "src/runtime/web.ts");
    const found = await worker.run(
      async ({ createWebRuntime }, { model, device }) => {
        const runtime = createWebRuntime();
        const session = await runtime.createSession(Uint8Array.from(model), "a network", { device });
        const tiled = (times: number) =>
          session
            .run({
              image: { dtype: "float32", shape: [1, 1, 64, 64], data: new Float32Array(4096).fill(1) },
              repeats: { dtype: "int64", shape: [4], data: BigInt64Array.of(1n, 1n, BigInt(times), BigInt(times)) },
            })
            .then(
              (outputs) => Number(Object.values(outputs)[0]!.data[0]),
              ({ code, message }) => ({ code, message }),
            );
        return [await tiled(2), await tiled(600), await tiled(3)] as const;
      },
      { model, device },
    );
    const [before, failure, after] = found;
    expect([before, after]).toEqual([4096 * 4, 4096 * 9]);
    expect(failure).toMatchObject({ code: "runtime-failed" });
    expect((failure as { message: string }).message).toMatch(
      /^ONNX Runtime could not run a network: it takes more memory than there is \(.+\)\. Choose a smaller microBatch or batchSize, smaller photos, or a smaller network\.$/,
    );
  });

  it("leaves the console alone", () => {
    expect(opened.errors).toEqual([]);
  });
});
