// Devices in a browser that are not there, not whole, or go away: what a learner says, and that its page goes on.
import { afterAll, beforeAll, expect, it } from "vitest";
import { readModel } from "../../src/onnx/read.js";
import { tensorOf } from "../../src/onnx/tensor-data.js";
import { type BuildPage, openBuild } from "../helpers/browser-build.js";
import { describeChromium, loseGpu } from "../helpers/chromium.js";
import { attempt, type PageError, type PreparedPage, prepareLearners } from "../helpers/page-learner.js";

const oneThread =
  "in one thread, as the page is not cross-origin isolated (it is when its server sends the headers " +
  '"Cross-Origin-Opener-Policy: same-origin" and "Cross-Origin-Embedder-Policy: require-corp")';
const noGpu = "the browser finds no GPU that it may use (chrome://gpu tells why)";

const workersOf = ({ page }: BuildPage) => expect.poll(() => page.workers().length, { timeout: 10_000 });

describeChromium("a browser without a GPU", () => {
  let opened: BuildPage;
  beforeAll(async () => {
    opened = await openBuild({ isolated: true });
    await prepareLearners(opened);
  });
  afterAll(() => opened?.close());

  it("takes WASM for what is best, and says why", async () => {
    const { device, reason, loss } = await attempt(opened, { device: "auto" });
    expect({ device, reason }).toEqual({ device: "wasm", reason: `wasm; not webgpu: ${noGpu}` });
    expect(loss).toBeGreaterThan(0);
  });

  it.each([
    ["webgpu", noGpu],
    ["cuda", "this platform does not have it (it is NVIDIA's, in Node on Linux and Windows)"],
  ] as const)("refuses %s, and names what there is", async (device, why) => {
    const { error } = await attempt(opened, { device });
    expect(error).toEqual({
      code: "device-unavailable",
      details: { device, available: ["wasm"] },
      message: `The device "${device}" cannot be used: ${why}. Available: wasm. Choose one of these, or "auto".`,
    });
  });

  it("computes in the threads that are asked for on an isolated page", async () => {
    const { reason, loss } = await attempt(opened, { device: { name: "wasm", threads: 2 } });
    expect(reason).toBe("wasm: as asked for");
    expect(loss).toBeGreaterThan(0);
  });

  it("leaves no worker running, and the console alone", async () => {
    await workersOf(opened).toBe(0);
    expect(opened.errors).toEqual([]);
  });
});

describeChromium("a page that is not isolated", () => {
  let opened: BuildPage;
  const warnings: string[] = [];
  beforeAll(async () => {
    opened = await openBuild({ isolated: false });
    opened.page.on("console", (message) => warnings.push(message.text()));
    await prepareLearners(opened);
  });
  afterAll(() => opened?.close());

  it.each([
    ["the best device", "auto", `wasm, ${oneThread}; not webgpu: ${noGpu}`],
    ["WASM", "wasm", `wasm: as asked for; ${oneThread}`],
    ["WASM with four threads", { name: "wasm", threads: 4 }, `wasm: as asked for; ${oneThread}`],
  ] as const)(
    "computes in one thread when it is asked for %s, and says what would change that",
    async (_, device, reason) => {
      const outcome = await attempt(opened, { device });
      expect(outcome).toMatchObject({ device: "wasm", reason });
      expect(outcome.loss).toBeGreaterThan(0);
    },
  );

  it("leaves no worker running, and the console alone", async () => {
    await workersOf(opened).toBe(0);
    expect(warnings).toEqual([]);
  });
});

describeChromium("a page that is not secure", () => {
  let opened: BuildPage;
  beforeAll(async () => {
    opened = await openBuild({ host: "photos.example" });
    await prepareLearners(opened);
  });
  afterAll(() => opened?.close());

  it("is told so at once", async () => {
    const { error } = await attempt(opened);
    expect(error).toEqual({
      code: "worker-failed",
      details: { reason: "the page is not secure" },
      message: "regraft cannot work here: the page is not secure. Serve it over https, or from localhost.",
    });
    expect(opened.page.workers()).toEqual([]);
  });
});

describeChromium("a GPU that is lost in the middle of training", () => {
  let opened: BuildPage;
  let found: Readonly<Record<string, PageError | "done">>;
  let exported: { readonly card: string; readonly model: readonly number[]; readonly epochs: number };
  const reason = "A valid external Instance reference no longer exists";

  beforeAll(async () => {
    opened = await openBuild({ webgpu: true });
    await prepareLearners(opened);
    const trained = await opened.page.evaluateHandle(async () => {
      const { open, told } = globalThis as unknown as PreparedPage;
      const learner = await open({ device: "webgpu" });
      let started = () => {};
      const hasLearnt = new Promise<void>((resolve) => {
        started = resolve;
      });
      const callbacks = [{ afterEpoch: ({ epoch }: { epoch: number }) => void (epoch === 1 && started()) }];
      const outcome = learner.fit(1000, 0.05, { callbacks }).then(() => "done", told);
      await hasLearnt;
      return { learner, outcome };
    });
    await loseGpu(opened.page);
    const { outcomes, ...rest } = await opened.page.evaluate(async ({ learner, outcome }) => {
      const { told } = globalThis as unknown as PreparedPage;
      const done = (work: Promise<unknown>) => work.then(() => "done" as const, told);
      const fit = (await outcome) as PageError | "done";
      const epochs = learner.history.length;
      const outcomes = {
        fit,
        "another fit": await done(learner.fit(1, 0.05)),
        predict: await done(learner.predict("/photos/red/0.png")),
        validate: await done(learner.validate()),
        lrFind: await done(learner.lrFind()),
        unfreeze: await done(learner.unfreeze()),
      };
      const files = await learner.exportFiles();
      const model = [...new Uint8Array(await files.get("onnx/model.onnx")!.arrayBuffer())];
      const card = await files.get("README.md")!.text();
      return { outcomes: { ...outcomes, dispose: await done(learner.dispose()) }, epochs, model, card };
    }, trained);
    found = outcomes;
    exported = rest;
  });
  afterAll(() => opened?.close());

  const trainedOnWasm = (epochs: number): Promise<number[]> =>
    opened.page.evaluate(async (epochs) => {
      const learner = await (globalThis as unknown as PreparedPage).open();
      await learner.fit(epochs, 0.05);
      const files = await learner.exportFiles();
      await learner.dispose();
      return [...new Uint8Array(await files.get("onnx/model.onnx")!.arrayBuffer())];
    }, epochs);

  it.each(["fit", "another fit", "predict", "validate", "lrFind", "unfreeze"])(
    "ends %s, and says what to do",
    (call) => {
      expect(found[call]).toEqual({
        code: "device-lost",
        details: { device: "webgpu", reason },
        message:
          `The GPU was lost (${reason}): another program, the driver or a sleep took it away. Create a new learner or ` +
          'classifier, on the device "wasm" if this happens again. What a learner had learnt up to its last whole epoch can ' +
          "still be had of it, by exportFiles() or exportOnnx().",
      });
    },
  );

  it("leaves what was learnt until the last whole epoch, to be exported", async () => {
    expect(exported.epochs).toBeGreaterThanOrEqual(2);
    expect(exported.card).toContain("fit(1000, 0.05)");
    expect(exported.card).not.toContain("Results on the validation photos");
    // On WASM so many epochs lead to the same weights, one more does not.
    const [same, more] = await Promise.all([exported.epochs, exported.epochs + 1].map(trainedOnWasm));
    expect(largestDifference(exported.model, same!)).toBeLessThan(1e-4);
    expect(largestDifference(exported.model, more!)).toBeGreaterThan(1e-3);
  });

  it("lets the learner be disposed, and nothing goes on", async () => {
    expect(found.dispose).toBe("done");
    await workersOf(opened).toBe(0);
  });

  it("leaves the page free to train on WASM", async () => {
    const { device, loss } = await attempt(opened, { device: "wasm" });
    expect(device).toBe("wasm");
    expect(loss).toBeGreaterThan(0);
    expect(opened.errors).toEqual([]);
  });
});

/** Of two exports, between the weights. */
function largestDifference(one: readonly number[], other: readonly number[]): number {
  const [ours, theirs] = [one, other].map((bytes) => weightsOf(Uint8Array.from(bytes)));
  expect(ours!.size).toBeGreaterThan(5);
  expect([...ours!.keys()]).toEqual([...theirs!.keys()]);
  const differences = [...ours!].flatMap(([name, values]) =>
    Array.from(values, (value, i) => Math.abs(value - theirs!.get(name)![i]!)),
  );
  return Math.max(...differences);
}

const weightsOf = (bytes: Uint8Array): Map<string, Float32Array> =>
  new Map(
    readModel(bytes, { source: "an export" }).graph.initializers.flatMap(({ name, constant }) => {
      const { data } = tensorOf(constant!);
      return data instanceof Float32Array ? [[name, data] as const] : [];
    }),
  );
