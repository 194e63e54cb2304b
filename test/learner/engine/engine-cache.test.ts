// A learner whose features do not fit into memory trains from disk: what it learns, finds and says is, bit for bit, the
// same as in memory.
import { afterEach, describe, expect, it, vi } from "vitest";
import { imageList } from "../../../src/datasets/image-list.js";
import type { CallContext } from "../../../src/learner/border/channel.js";
import type { EngineEvent } from "../../../src/learner/border/events.js";
import { LearnerEngine } from "../../../src/learner/engine/engine.js";
import { type LearnerOptions, toSpec } from "../../../src/learner/options.js";
import type { Session } from "../../../src/runtime/session.js";
import { sizeOf } from "../../../src/tensor.js";
import { memoryStorages } from "../../helpers/memory-storage.js";
import { refusal } from "../../helpers/refusal.js";
import { colourDecoder, colourItems, tinyPlatform } from "../../helpers/tiny-platform.js";
import { watchRuns } from "../../helpers/watch-runs.js";

const engines: LearnerEngine[] = [];
afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.close();
});

const quiet: CallContext = { signal: new AbortController().signal, emit: () => {} };

// 90 photos to train on, 30 to validate on, three features each: 1440 bytes.
const items = colourItems(40);
const epochSteps = 12;
/** Room for three batches of eight beside the quarter that reading takes. */
const little = 400;

function platformOf() {
  const platform = tinyPlatform();
  const { runtime, decoder } = platform;
  const decode = vi.fn(decoder.decode);
  /** Bytes of features that each run of a graph on cached features was given. */
  const fed: { source: string; bytes: number }[] = [];
  const createSession: typeof runtime.createSession = async (model, source, options) => {
    const session = await runtime.createSession(model, source, options);
    return watchRuns(session, ({ features }) => {
      if (features) fed.push({ source, bytes: sizeOf(features.shape) * 4 });
    });
  };
  const storage = memoryStorages();
  return { ...platform, storage, fed, decoder: { ...decoder, decode }, runtime: { ...runtime, createSession } };
}

async function open(options: Partial<LearnerOptions>, platform = platformOf()) {
  const engine = new LearnerEngine(platform);
  engines.push(engine);
  const data = imageList(items);
  const spec = toSpec({ model: "tiny", data, batchSize: 8, device: { name: "cpu", threads: 1 }, ...options });
  await engine.stage({ kind: "items", items: data.items, offset: 0 });
  await engine.open({ ...spec, data: { ...data, items: [] } }, quiet);
  let exports = 0;
  return {
    engine,
    platform,
    epoch: async (firstStep = 0, context = quiet) => {
      const losses: number[] = [];
      const emit = (event: unknown) => {
        const told = event as EngineEvent;
        if (told.phase === "results") losses.splice(told.first, 0, ...told.losses);
        context.emit(event);
      };
      const lr = Array.from({ length: epochSteps }, (_, i) => 0.3 + 0.05 * ((firstStep + i) % 7));
      const rates = { lr, momentum: lr.map((rate) => 1 - rate) };
      await engine.trainEpoch({ rates, firstStep }, { signal: context.signal, emit });
      return losses;
    },
    weights: async () => {
      const folder = `export-${exports++}`;
      await engine.exportTo({ folder, forms: {}, fits: [], range: undefined }, quiet);
      return platform.files.contents.get(`${folder}/onnx/model.onnx`);
    },
  };
}

const fromDisk = { cache: { memoryLimit: little, folder: "features" } };
const heads: readonly (readonly [string, Partial<LearnerOptions>])[] = [
  ["a linear head", {}],
  ["dropout, and statistics that run", { head: { hidden: 16 } }],
];

describe.each(heads)("a learner with %s and more features than memory", (_, options) => {
  it("learns the same, bit for bit, as one that has them all in memory", async () => {
    const [plain, stored] = [await open(options), await open({ ...options, ...fromDisk })];
    for (const firstStep of [0, epochSteps]) {
      const losses = await plain.epoch(firstStep);
      expect(losses).toHaveLength(epochSteps);
      expect(await stored.epoch(firstStep)).toEqual(losses);
      expect(await stored.engine.validate(undefined, quiet)).toEqual(await plain.engine.validate(undefined, quiet));
    }
    expect(await stored.weights()).toEqual(await plain.weights());
  });

  it("finds the same rates", async () => {
    const [plain, stored] = [await open(options), await open({ ...options, ...fromDisk })];
    const range = await plain.engine.lrFind({ runs: 2 }, quiet);
    expect(range.runs).toHaveLength(2);
    expect(await stored.engine.lrFind({ runs: 2 }, quiet)).toEqual(range);
    const cycle = { epochs: 2 };
    expect(await stored.engine.cyclicalRange(cycle, quiet)).toEqual(await plain.engine.cyclicalRange(cycle, quiet));
  });
});

describe("the cache of a learner", () => {
  it("never has more features in memory than it may, but for what one evaluation takes", async () => {
    const { engine, epoch, platform } = await open(fromDisk);
    await epoch();
    await engine.lrFind({ runs: 1 }, quiet);
    const [storage] = [...platform.storage.all.values()];
    const largestRead = Math.max(...storage!.reads);
    const trained = platform.fed.filter(({ source }) => source === "the training graph").map(({ bytes }) => bytes);
    expect(Math.max(...trained) + largestRead).toBeLessThanOrEqual(little);
    // Three batches of eight at a time: it makes use of what it may have.
    expect(Math.max(...trained)).toBe(3 * 8 * 3 * 4);
    platform.fed.length = 0;
    await engine.validate(undefined, quiet);
    expect(platform.fed).toEqual([{ source: "the evaluation graph", bytes: 30 * 3 * 4 }]);
  });

  it("holds a folder for each network and way to prepare photos, and decodes nothing twice", async () => {
    const platform = platformOf();
    const { decode } = platform.decoder;
    const prepared = async (options: Partial<LearnerOptions>) => {
      decode.mockClear();
      const { engine } = await open({ cache: { folder: "features" }, ...options }, platform);
      const events: unknown[] = [];
      await engine.prepare(undefined, { ...quiet, emit: (event) => events.push(event) });
      expect(events.at(-1)).toEqual({ phase: "features", done: 120, total: 120 });
      return { decoded: decode.mock.calls.length, folders: platform.storage.all.size };
    };
    expect(await prepared({})).toEqual({ decoded: 120, folders: 1 });
    expect(await prepared({})).toEqual({ decoded: 0, folders: 1 });
    expect(await prepared({ seed: 7, batchSize: 16, cache: { folder: "features", memoryLimit: little } })).toEqual({
      decoded: 0,
      folders: 1,
    });
    expect(await prepared({ image: { resample: "bicubic" } })).toEqual({ decoded: 120, folders: 2 });
    expect([...platform.storage.all.keys()].every((folder) => /^features\/[0-9a-f]{64}$/.test(folder))).toBe(true);
  });

  it("writes nothing anywhere unless it is asked to", async () => {
    const { engine, platform } = await open({});
    await engine.prepare(undefined, quiet);
    expect(platform.storage.all.size).toBe(0);
  });

  it("is named when features do not fit without it", async () => {
    const { engine } = await open({ cache: { memoryLimit: little } });
    await refusal(() => engine.prepare(undefined, quiet), "memory-limit", "Raise cache.memoryLimit", "cache.folder");
  });

  it("leaves what was extracted to the next learner when it is cancelled", async () => {
    const platform = platformOf();
    const controller = new AbortController();
    const stopping: CallContext = {
      signal: controller.signal,
      emit: (event) => (event as { done: number }).done >= 40 && controller.abort(new Error("enough")),
    };
    const { engine } = await open(fromDisk, platform);
    await expect(engine.prepare(undefined, stopping)).rejects.toThrow("enough");
    platform.decoder.decode.mockClear();
    await (await open(fromDisk, platform)).engine.prepare(undefined, quiet);
    expect(platform.decoder.decode.mock.calls.length).toBeLessThanOrEqual(80);
  });

  it("stops training from disk between chunks", async () => {
    const { epoch, platform, weights } = await open(fromDisk);
    const untrained = await weights();
    const controller = new AbortController();
    platform.fed.length = 0;
    const emit = (event: unknown) =>
      (event as EngineEvent).phase === "results" && controller.abort(new Error("enough"));
    await expect(epoch(0, { signal: controller.signal, emit })).rejects.toThrow("enough");
    expect(platform.fed.length).toBeLessThan(3);
    expect(await weights()).not.toEqual(untrained);
  });

  it("goes back to before the fit when that diverges in a later chunk", async () => {
    const { engine, epoch, weights } = await open(fromDisk);
    await epoch();
    const before = await weights();
    const lr = Array.from({ length: epochSteps }, (_, i) => (i < 8 ? 0.3 : Number.POSITIVE_INFINITY));
    const rates = { lr, momentum: lr.map(() => 0.9) };
    await refusal(() => engine.trainEpoch({ rates, firstStep: 0 }, quiet), "diverged");
    expect(await weights()).toEqual(before);
  });

  it("refuses a network whose features are no numbers before it trains on them", async () => {
    const platform = platformOf();
    const { createSession } = platform.runtime;
    const spoilt: typeof createSession = async (model, source, options) => {
      const session = await createSession(model, source, options);
      if (source !== "tiny") return session;
      let runs = 0;
      const run: Session["run"] = async (feeds) => {
        const outputs = await session.run(feeds);
        for (const { data } of Object.values(outputs)) if (runs++ > 8) (data as Float32Array).fill(Number.NaN);
        return outputs;
      };
      return { ...session, run };
    };
    const { engine } = await open({}, { ...platform, runtime: { ...platform.runtime, createSession: spoilt } });
    await refusal(
      () => engine.trainEpoch({ rates: { lr: [], momentum: [] }, firstStep: 0 }, quiet),
      "unsupported-model",
      "NaN",
    );
  });
});

it("reads photos by their content, whatever they are called", async () => {
  expect(new TextDecoder().decode(await colourDecoder.read("photos/red/1", { maxPixels: 1 }))).toBe("photos/red/1");
});
