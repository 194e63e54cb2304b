import { describe, expect, it } from "vitest";
import { RegraftError } from "../../../../src/errors.js";
import { readNewest } from "../../../../src/learner/engine/checkpoint/generations.js";
import { readSafetensors } from "../../../../src/learner/engine/checkpoint/safetensors.js";
import { factsOf, plainSpec, saveCheckpoint } from "../../../../src/learner/engine/checkpoint/save.js";
import { epochOf, openState, record } from "../../../helpers/learner-states.js";
import { memoryStorage, memoryStorages } from "../../../helpers/memory-storage.js";
import { refusal } from "../../../helpers/refusal.js";
import { tinyPlatform } from "../../../helpers/tiny-platform.js";

describe("saveCheckpoint", () => {
  it("writes what was learnt, where it stands, and what it was made of", async () => {
    const storages = memoryStorages();
    const platform = tinyPlatform({ storage: storages });
    const state = await openState({ cache: { folder: "cache" } }, platform);
    await epochOf(state);
    await saveCheckpoint(state, { folder: "here", training: record, note: { mine: 1 } });
    const storage = await platform.storage("here");
    const { manifest, tensors, photos } = await readNewest(storage, "here");
    expect(tensors).toEqual(state.position.state);
    expect(Object.keys(tensors)).toEqual(
      expect.arrayContaining(["classifier.weight", "momentum_buffer.classifier.bias"]),
    );
    expect(manifest).toMatchObject({
      version: 1,
      position: { epoch: 0, step: 6, frozen: 1, best: "none" },
      learner: {
        model: "tiny",
        classes: ["blue", "green", "red"],
        device: "cpu",
        precision: "float32",
        rowsPerRun: null,
      },
      spec: { model: "tiny", data: { kind: "list", items: [] }, seed: 42, batchSize: 5 },
      training: { agenda: record.agenda },
      note: { mine: 1 },
    });
    // As the cache of features calls its folder.
    expect([...storages.all.keys()]).toContain(`cache/${manifest.learner.cacheKey}`);
    const { photos: named, unreadable } = JSON.parse(new TextDecoder().decode(photos));
    expect([named.length, unreadable]).toEqual([36, []]);
    expect(named[0]).toEqual({ name: "photos/blue/0", label: 0, split: "train" });
  });

  it("says nothing of photos that were not read yet", async () => {
    const platform = tinyPlatform();
    await saveCheckpoint(await openState({}, platform), { folder: "here", training: record });
    const { photos } = await readNewest(await platform.storage("here"), "here");
    expect(JSON.parse(new TextDecoder().decode(photos)).unreadable).toBeNull();
  });

  it("keeps the best weights, once where they are the present ones", async () => {
    const platform = tinyPlatform();
    const state = await openState({}, platform);
    await epochOf(state);
    state.best = state.position.state;
    const saved = async () => {
      await saveCheckpoint(state, { folder: "here", training: record });
      return readNewest(await platform.storage("here"), "here");
    };
    const present = await saved();
    expect([present.manifest.position.best, Object.keys(present.tensors).length]).toEqual(["present", 4]);
    await epochOf(state, 6);
    const later = await saved();
    expect([later.manifest.position.best, Object.keys(later.tensors).length]).toEqual(["kept", 8]);
    expect(later.tensors["best.classifier.weight"]).toEqual(state.best["classifier.weight"]);
    expect(later.tensors["classifier.weight"]).not.toEqual(state.best["classifier.weight"]);
  });

  it("says of a full disk what is not lost", async () => {
    const full = new RegraftError(
      "file-access",
      { path: "here/x", operation: "write" },
      "Cannot write here/x: the disk is full.",
    );
    const storage = { ...memoryStorage(), write: () => Promise.reject(full) };
    const state = await openState({}, tinyPlatform({ storage: () => storage }));
    const call = () => saveCheckpoint(state, { folder: "here", training: record });
    await refusal(call, "file-access", /written to here: .*the disk is full\. .* save\(\) it elsewhere/);
  });

  it("writes files that the format's readers take", async () => {
    const storage = memoryStorage();
    const platform = tinyPlatform({ storage: () => storage });
    await saveCheckpoint(await openState({}, platform), { folder: "here", training: record });
    const [, bytes] = [...storage.files].find(([name]) => /^checkpoint-000001-.*\.safetensors$/.test(name))!;
    const { metadata } = readSafetensors(bytes, "file");
    // Without it PyTorch's loaders refuse a file.
    expect(metadata).toEqual({ format: "pt" });
  });
});

describe("plainSpec", () => {
  it("leaves out bytes and items", async () => {
    const { spec } = (await openState()).divided.learner;
    expect(plainSpec({ ...spec, model: new Uint8Array(3) })).toEqual({
      ...spec,
      model: "",
      data: { ...spec.data, items: [], skipped: [] },
    });
  });
});

describe("factsOf", () => {
  it("tells networks apart by what they are", async () => {
    const [one, same] = [await factsOf((await openState()).divided), await factsOf((await openState()).divided)];
    expect(one.network).toMatch(/^[0-9a-f]{64}$/);
    expect(same).toEqual(one);
  });
});
