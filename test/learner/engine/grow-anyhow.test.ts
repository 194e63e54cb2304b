// Learners that grow in random ways, their rows asked for now and then: rows are those of a learner made of what it has become,
// and no photo that can be read is decoded twice.
import { expect, it, vi } from "vitest";
import { imageList } from "../../../src/datasets/image-list.js";
import type { Growth } from "../../../src/learner/border/growth.js";
import { createStaging } from "../../../src/learner/border/stage.js";
import { grow } from "../../../src/learner/engine/grow.js";
import type { LearnerState } from "../../../src/learner/engine/learner-state.js";
import type { LearnerOptions } from "../../../src/learner/options.js";
import { type Stream, stream } from "../../../src/random.js";
import { openState, quiet } from "../../helpers/learner-states.js";
import { pathIn } from "../../helpers/tiny-platform.js";
import { watchedPlatform } from "../../helpers/unfreezing.js";

/** Several of one name, of which one cannot be read. */
const photos = (colour: string, first: number, count: number, hasSplit: boolean) =>
  Array.from({ length: count }, (_, i) => ({
    image: `photos/${colour}/${i === 1 ? "broken " : ""}${first + i}`,
    name: `${colour}/${i % 4}`,
    label: colour,
    ...(hasSplit && { split: i % 3 === 2 ? ("valid" as const) : ("train" as const) }),
  }));

const base = ["blue", "green", "red"].flatMap((colour) => photos(colour, 0, 8, false));

/** Some photos are there already; some classes are called otherwise by now, and come anew. */
function growthOf(from: Stream, classes: readonly string[], number: number): Growth {
  const [one, other] = [classes[from.below(classes.length)]!, classes[from.below(classes.length)]!];
  const kind = from.below(3);
  if (kind === 0) return { kind: "rename", call: "renameClass", names: [one], to: `renamed ${number}` };
  if (kind === 1 && one !== other && classes.length > 2)
    return { kind: "rename", call: "mergeClasses", names: [one, other], to: from.below(2) ? one : `merged ${number}` };
  const colour = ["red", "black", "green", "white"][from.below(4)]!;
  return { kind: "add", data: imageList(photos(colour, 4 * from.below(4), 6, from.below(2) === 0)) };
}

async function rowsOf(state: LearnerState) {
  const { train, valid } = await state.rows(quiet);
  const of = async (source: typeof train) => ({
    names: source.names,
    labels: [...source.labels.data],
    features: [...(await (source.all ?? source).slice(0, (source.all ?? source).count)).features.data],
  });
  return { train: await of(train), valid: await of(valid) };
}

it.each<[string, Partial<LearnerOptions>]>([
  ["in memory", {}],
  ["in views", { augment: { views: 2 } }],
  ["on disk", { cache: { folder: "cache" } }],
  ["in views on disk", { augment: { views: 2 }, cache: { folder: "cache" } }],
])("rows %s follow whatever a learner becomes", async (_, options) => {
  for (let seed = 0; seed < 6; seed++) {
    const from = stream(seed, "growth");
    const platform = watchedPlatform();
    const decodeWhole = vi.fn(platform.decoder.decodeWhole);
    const counted = { ...platform, decoder: { ...platform.decoder, decodeWhole } };
    const all = { ...options, image: { maxSkipped: 0.5 } };
    const state = await openState({ ...all, data: imageList(base) }, counted);
    for (let step = 0; step < 6; step++) {
      if (from.below(2) === 0) await state.rows(quiet);
      const growth = growthOf(from, state.divided.learner.photos.classes, step);
      await grow(state, growth, { ...createStaging(), completeData: (data) => data }, quiet);
    }
    const rows = await rowsOf(state);
    const data = state.divided.learner.spec.data as LearnerOptions["data"];
    const { cache: __, ...same } = all;
    expect(await rowsOf(await openState({ ...same, data })), `seed ${seed}`).toEqual(rows);
    const tried = [...platform.decoder.decode.mock.calls, ...decodeWhole.mock.calls].map(([image]) => pathIn(image));
    const decoded = tried.filter((path) => !path.includes("broken"));
    expect(decoded.length, `seed ${seed}`).toBe(new Set(decoded).size);
    expect(decoded.length).toBe(rows.train.names.length + rows.valid.names.length);
  }
});
