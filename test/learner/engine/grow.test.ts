// A learner's state that grows: which photos are read, what is kept of what was learnt, and that it is as one made of all photos.
import { describe, expect, it, vi } from "vitest";
import { joinedPhotos, renamedClasses } from "../../../src/datasets/grown-dataset.js";
import { imageList } from "../../../src/datasets/image-list.js";
import type { Growth } from "../../../src/learner/border/growth.js";
import { createStaging } from "../../../src/learner/border/stage.js";
import { grow as growWith } from "../../../src/learner/engine/grow.js";
import type { LearnerState } from "../../../src/learner/engine/learner-state.js";
import type { LearnerOptions } from "../../../src/learner/options.js";
import { epochOf, openState, quiet } from "../../helpers/learner-states.js";
import { refusal } from "../../helpers/refusal.js";
import { colourItems, tinyPlatform } from "../../helpers/tiny-platform.js";
import { watchedPlatform } from "../../helpers/unfreezing.js";

const before = colourItems(12);
/** Eight of a new class, four more of red, and two that are there already, with another split. */
const more = imageList([
  ...Array.from({ length: 8 }, (_, i) => ({ image: `photos/black/${i}`, label: "black", split: side(i) })),
  ...Array.from({ length: 4 }, (_, i) => ({ image: `photos/red/${20 + i}`, label: "red", split: side(i) })),
  { image: "photos/red/3", label: "red", split: "train" as const },
  { image: "photos/red/4", label: "red", split: "valid" as const },
]);
const added = 12;

function side(i: number) {
  return i % 4 === 3 ? ("valid" as const) : ("train" as const);
}

const grow = (state: LearnerState, growth: Growth, context: typeof quiet) =>
  growWith(state, growth, { ...createStaging(), completeData: (data) => data }, context);

/** A platform that counts what is done with photos: read to be found by their hashes, decoded as they are, or for their views. */
function countedPlatform() {
  const platform = watchedPlatform();
  const { decode } = platform.decoder;
  const read = vi.fn(platform.decoder.read);
  const decodeWhole = vi.fn(platform.decoder.decodeWhole);
  const seen = () => ({
    read: read.mock.calls.length,
    decoded: decode.mock.calls.length,
    varied: decodeWhole.mock.calls.length,
  });
  return { ...platform, decoder: { ...platform.decoder, read, decodeWhole }, seen };
}

/** Of the session that a learner has once it is divided anew. */
const frozenRuns = ({ runs }: ReturnType<typeof watchedPlatform>) =>
  runs.filter((name) => name === "the frozen layers").length;

const add = (data = more) => ({ kind: "add", data }) as const;
const rename = (from: string, to: string) => ({ kind: "rename", call: "renameClass", names: [from], to }) as const;
const merge = (names: string[], to: string) => ({ kind: "rename", call: "mergeClasses", names, to }) as const;

async function rowsOf(state: LearnerState) {
  const { train, valid } = await state.rows(quiet);
  const all = async (source: typeof train) => {
    const { features, labels } = await source.slice(0, source.count);
    return { names: source.names, labels: [...labels.data], features: [...features.data] };
  };
  return { train: await all(train), valid: await all(valid) };
}

const row = (state: LearnerState, name: string, of: string) => {
  const { classes } = state.divided.learner.photos;
  const { data, shape } = state.position.state[name] as { data: Float32Array; shape: readonly number[] };
  const width = data.length / shape[0]!;
  return [...data.subarray(classes.indexOf(of) * width, (classes.indexOf(of) + 1) * width)];
};
const [weight, bias] = ["classifier.weight", "classifier.bias"] as const;

describe("grow, by photos", () => {
  it("has the rows of a learner that is made of all of them, to the bit and in order, and reads the new ones alone", async () => {
    const platform = watchedPlatform();
    const state = await openState({}, platform);
    await state.rows(quiet);
    const decoded = platform.decoder.decode.mock.calls.length;
    expect(decoded).toBe(36);
    await grow(state, add(), quiet);
    const rows = await rowsOf(state);
    const names = platform.decoder.decode.mock.calls.slice(decoded).map(([image]) => image);
    expect(names).toHaveLength(added);
    expect(names.every((image) => /black|red.2[0-3]/.test(image as string))).toBe(true);
    // The new ones lie in three of the batches of eight photos that are loaded together.
    expect(frozenRuns(platform)).toBe(3);

    const fresh = await openState({ data: joinedPhotos(imageList(before), more) as LearnerOptions["data"] });
    expect(await rowsOf(fresh)).toEqual(rows);
    expect(rows.train.names).toHaveLength(27 + 9);
    expect(rows.valid.names).toContain("photos/red/3");
    expect(rows.train.names).toContain("photos/red/4");
    const { classes, photos } = state.divided.learner.photos;
    expect(classes).toEqual(["black", "blue", "green", "red"]);
    expect(fresh.divided.learner.photos).toMatchObject({ classes, photos });
  });

  it("goes on with what was learnt of known classes, the optimizer anew, a new class from zero", async () => {
    const state = await openState();
    await epochOf(state);
    const learnt = (of: string) => [row(state, weight, of), row(state, bias, of)];
    const kept = ["blue", "green", "red"].map(learnt);
    expect(kept.flat(2).every((x) => x !== 0)).toBe(true);
    const { epoch, step } = state.position;
    await grow(state, add(), quiet);
    expect(["blue", "green", "red"].map(learnt)).toEqual(kept);
    expect(learnt("black")).toEqual([[0, 0, 0], [0]]);
    expect(state.position).toMatchObject({ epoch, step });
    const slots = Object.entries(state.position.state).filter(([name]) => name !== weight && name !== bias);
    expect(slots.length).toBeGreaterThan(0);
    expect(slots.flatMap(([, { data }]) => [...(data as Float32Array)]).every((x) => x === 0)).toBe(true);
  });

  it("learns, from the same weights, what a learner made of all photos learns, to the bit", async () => {
    const state = await openState();
    await state.rows(quiet);
    await grow(state, add(), quiet);
    const fresh = await openState({ data: joinedPhotos(imageList(before), more) as LearnerOptions["data"] });
    for (const one of [state, fresh]) {
      const steps = { lr: Array<number>(8).fill(0.5), momentum: Array<number>(8).fill(0.9) };
      const { fitEpoch } = await import("../../../src/learner/engine/fit-epoch.js");
      await fitEpoch(one, { rates: steps, firstStep: 0 }, quiet);
    }
    expect(state.position).toEqual(fresh.position);
  });

  it("runs no view of old photos again, and has those that a learner of all photos has", async () => {
    const platform = countedPlatform();
    const augment = { views: 4, mixup: 0.4 };
    const state = await openState({ augment }, platform);
    await state.rows(quiet);
    expect(platform.seen()).toEqual({ read: 0, decoded: 9, varied: 27 });
    await grow(state, add(), quiet);
    await grow(state, rename("red", "amber"), quiet);
    const { train } = await state.rows(quiet);
    expect(platform.seen()).toEqual({ read: 0, decoded: 9 + 3, varied: 27 + 9 });
    // Photos are loaded two at a time, of which there are four views each: the new ones lie in seven of these pairs.
    expect(frozenRuns(platform)).toBe(7);
    const data = renamedClasses(joinedPhotos(imageList(before), more), ["red"], "amber");
    const fresh = await openState({ augment, data: data as LearnerOptions["data"] });
    const { train: expected } = await fresh.rows(quiet);
    expect(expected.all!.count).toBe(4 * 36);
    const featuresIn = async (source: typeof train) => [...(await source.slice(0, source.count)).features.data];
    expect(await featuresIn(train.all!)).toEqual(await featuresIn(expected.all!));
    expect(new Set(await featuresIn(train.all!)).size).toBeGreaterThan(4 * 36);
  });

  it.each([
    ["rows", {}, [9 + 3 + 27 + 9, 0]],
    ["views", { augment: { views: 2 } }, [9 + 3, 27 + 9]],
  ] as const)("reads files of new photos alone where %s are kept on disk", async (_, options, [decoded, varied]) => {
    const platform = countedPlatform();
    const cached = { ...options, cache: { folder: "cache" } };
    const state = await openState(cached, platform);
    await state.rows(quiet);
    expect(platform.seen().read).toBe(36);
    await grow(state, add(), quiet);
    await grow(state, merge(["blue", "green"], "cold"), quiet);
    const rows = await rowsOf(state);
    expect(platform.seen()).toEqual({ read: 36 + added, decoded, varied });
    const data = renamedClasses(joinedPhotos(imageList(before), more), ["blue", "green"], "cold");
    const fresh = await openState({ ...options, data: data as LearnerOptions["data"] });
    expect(await rowsOf(fresh)).toEqual(rows);
  });

  it("goes on with values in the units that the head has", async () => {
    const valued = (items: { image: string; label: string }[], factor: number) =>
      imageList(items.map(({ label: _, ...photo }, i) => ({ ...photo, target: factor * i })));
    const base = valued(before, 1);
    const state = await openState({ data: base as never });
    const units = state.divided.learner.units!;
    expect(units.means[0]).toBeCloseTo(17, 1);
    await epochOf(state);
    const learnt = state.position.state[weight];
    const extra = valued(
      Array.from({ length: 8 }, (_, i) => ({ image: `photos/blue/${50 + i}`, label: "" })),
      1000,
    );
    await grow(state, { kind: "add", data: extra }, quiet);
    expect(state.divided.learner.units).toEqual(units);
    expect(state.position.state[weight]).toEqual(learnt);
    const fresh = await openState({ data: state.divided.learner.spec.data as never });
    expect(fresh.divided.learner.units).toEqual(units);
    expect(await rowsOf(fresh)).toEqual(await rowsOf(state));
  });
});

describe("grow, by names", () => {
  it("reads no photo and runs nothing, and is as a learner of the renamed photos", async () => {
    const platform = watchedPlatform();
    const state = await openState({}, platform);
    await epochOf(state);
    const learnt = row(state, weight, "red");
    expect(platform.decoder.decode).toHaveBeenCalledTimes(36);
    await grow(state, rename("red", "amber"), quiet);
    const rows = await rowsOf(state);
    expect(platform.decoder.decode).toHaveBeenCalledTimes(36);
    expect(frozenRuns(platform)).toBe(0);
    expect(state.divided.learner.photos.classes).toEqual(["amber", "blue", "green"]);
    expect(row(state, weight, "amber")).toEqual(learnt);
    const data = renamedClasses(imageList(before), ["red"], "amber");
    const fresh = await openState({ data: data as LearnerOptions["data"] });
    expect(await rowsOf(fresh)).toEqual(rows);
  });

  it("merges rows into their mean, a bias larger by ln 2", async () => {
    const state = await openState();
    await epochOf(state);
    const [red, green] = ["red", "green"].map((of) => row(state, weight, of));
    const biases = ["red", "green"].map((of) => row(state, bias, of)[0]!);
    await grow(state, merge(["red", "green"], "warm"), quiet);
    const { classes, photos } = state.divided.learner.photos;
    expect(classes).toEqual(["blue", "warm"]);
    expect(photos.filter(({ label }) => label === 1)).toHaveLength(24);
    for (const [i, x] of row(state, weight, "warm").entries()) expect(x).toBeCloseTo((red![i]! + green![i]!) / 2, 6);
    expect(row(state, bias, "warm")[0]).toBeCloseTo((biases[0]! + biases[1]!) / 2 + Math.LN2, 6);
    await epochOf(state);
  });

  it("takes weights of classes along, by name and by count", async () => {
    const classWeights = { red: 3, green: 2 };
    const state = await openState({ loss: { name: "cross-entropy", classWeights } });
    await grow(state, rename("red", "amber"), quiet);
    expect(state.divided.learner.spec.loss).toMatchObject({ classWeights: { amber: 3, green: 2 } });
    await grow(state, merge(["amber", "blue"], "blue"), quiet);
    expect(state.divided.learner.spec.loss).toMatchObject({ classWeights: { blue: 2, green: 2 } });
  });

  it("keeps the thresholds of labels that stay", async () => {
    const data = imageList(
      before.map(({ label, ...photo }, i) => ({ ...photo, labels: i % 2 ? [label] : [label, "even"] })),
    );
    const state = await openState({ data: data as never });
    expect(state.divided.learner.photos.classes).toEqual(["blue", "even", "green", "red"]);
    state.thresholds = [0.1, 0.2, 0.3, 0.4];
    await grow(state, rename("red", "amber"), quiet);
    expect(state.thresholds).toEqual([0.4, 0.1, 0.2, 0.3]);
    await grow(state, merge(["blue", "green"], "blue"), quiet);
    expect(state.divided.learner.photos.classes).toEqual(["amber", "blue", "even"]);
    expect(state.thresholds).toEqual([0.4, 0.5, 0.2]);
  });

  it("renames values, and merges none", async () => {
    const data = imageList(
      before.map(({ label: _, ...photo }, i) => ({ ...photo, targets: { height: i, age: i % 7 } })),
    );
    const state = await openState({ data: data as never });
    await epochOf(state);
    const learnt = state.position.state[weight];
    await grow(state, rename("height", "tall"), quiet);
    expect(state.divided.learner.photos.classes).toEqual(["tall", "age"]);
    expect(state.position.state[weight]).toEqual(learnt);
    await refusal(() => grow(state, merge(["tall", "age"], "both"), quiet), "invalid-argument", "no sum of two");
  });
});

describe("grow, refused", () => {
  it("leaves all as it was", async () => {
    const platform = watchedPlatform();
    const state = await openState({}, platform);
    await epochOf(state);
    const [divided, position, rows, sessions] = [state.divided, state.position, await rowsOf(state), platform.alive()];
    const labels = imageList([{ image: "photos/red/1", labels: ["red"] }]);
    const cases: readonly (readonly [Parameters<typeof grow>[1], string | RegExp])[] = [
      [rename("pink", "rose"), "one of blue, green, red"],
      [rename("red", "blue"), "use mergeClasses"],
      [rename("red", "red"), "a name that no class has"],
      [merge(["red", "pink"], "warm"), "one of blue, green, red"],
      [merge(["red", "green"], "blue"), "Name it among those to merge"],
      [merge(["red", "green", "blue"], "all"), "one class would be left"],
      [add(labels as never), "single-label data, as the learner has"],
    ];
    for (const [growth, message] of cases) await refusal(() => grow(state, growth, quiet), "invalid-argument", message);
    await refusal(
      () => grow(state, add(imageList([])), quiet),
      "invalid-dataset",
      "Cannot add the image list: no photos",
    );
    const validOnly = imageList([{ image: "photos/black/1", label: "black", split: "valid" }]);
    await refusal(() => grow(state, add(validOnly), quiet), "invalid-dataset", "class black only validates");
    expect(state.divided).toBe(divided);
    expect(state.position).toBe(position);
    expect(platform.alive()).toEqual(sessions);
    expect(await rowsOf(state)).toEqual(rows);
  });

  it("leaves all as it was when the new division cannot be opened", async () => {
    let fails = false;
    const platform = tinyPlatform();
    const { createSession } = platform.runtime;
    const state = await openState(
      {},
      {
        ...platform,
        runtime: {
          ...platform.runtime,
          createSession: (...args) => (fails ? Promise.reject(new Error("no room")) : createSession(...args)),
        },
      },
    );
    const { divided, position } = state;
    fails = true;
    await expect(grow(state, add(), quiet)).rejects.toThrow("no room");
    expect(state.divided).toBe(divided);
    expect(state.position).toBe(position);
    await epochOf(state);
  });
});
