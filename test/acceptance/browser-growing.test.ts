// A learner that grows in a browser: photos of a new class, classes renamed and merged, a checkpoint. Node's numbers, and no old
// photo fetched again.
import { afterAll, beforeAll, expect, it } from "vitest";
import type { ImageList } from "../../src/datasets/image-list.js";
import type { Learner } from "../../src/learner/learner.js";
import { type BuildPage, openBuild } from "../helpers/browser-build.js";
import { createLearner, imageList } from "../helpers/build.js";
import { describeChromium } from "../helpers/chromium.js";
import { model, options, photos } from "../helpers/conv-training.js";
import { largestDifference } from "../helpers/difference.js";
import { temporaryFolder } from "../helpers/temporary.js";

interface Parts {
  readonly open: () => Promise<Learner>;
  readonly more: ImageList & { readonly task: "single-label" };
  readonly photo: string | Uint8Array;
  readonly folder: string;
}

interface Outcome {
  readonly classes: readonly (readonly string[])[];
  readonly losses: readonly number[];
  readonly logits: readonly number[];
  readonly label: string;
}

/** Trains, grows and trains on; then the same of layers, and by another learner from a checkpoint. A page runs its source. */
async function growing({ open, more, photo, folder }: Parts): Promise<Outcome> {
  const classes: (readonly string[])[] = [];
  const grow = async (learner: Learner): Promise<void> => {
    await learner.addPhotos(more);
    classes.push(learner.classes);
    await learner.renameClass("red", "amber");
    await learner.mergeClasses(["blue", "green"], "cold");
    classes.push(learner.classes);
  };
  const first = await open();
  await first.fit(2, 0.05);
  await grow(first);
  await first.fit(2, 0.05);
  await first.freezeTo(2);
  await first.fit(1, 0.02);
  await first.save(folder);
  await first.dispose();
  const learner = await open();
  await grow(learner);
  await learner.load(folder);
  await learner.fit(1, 0.02);
  const { label, logits } = await learner.predict(photo);
  const losses = learner.history.flatMap(({ trainLoss, validLoss }) => [trainLoss, validLoss]);
  await learner.dispose();
  return { classes, losses, logits: [...logits], label };
}

const { items, bytes } = await photos();
/** Twelve blue ones and eight red ones, then four red ones more, and twelve green ones. */
const isLater = items.map(({ label, name }) => label === "green" || /red.(8|9|1\d)$/.test(name));

describeChromium("a learner in a browser", () => {
  let opened: BuildPage;
  beforeAll(async () => {
    opened = await openBuild({ isolated: true });
    for (const [i, { image }] of items.entries()) opened.publish(image, bytes[i]!);
  });
  afterAll(() => opened?.close());
  const folder = temporaryFolder();

  it("grows as it does in Node, and fetches new photos alone", async () => {
    const found = await opened.run(
      async ({ createLearner, imageList }, { items, isLater, model, options, growing }) => {
        const part = (later: boolean) => imageList(items.filter((_, i) => isLater[i] === later));
        const data = part(false);
        const open = () => createLearner({ model: Uint8Array.from(model), data, ...options, device: "wasm" });
        const parts: Parts = { open, more: part(true), photo: items[0]!.image, folder: "checkpoints/grown" };
        return new Function(`return (${growing})`)()(parts) as Promise<Outcome>;
      },
      { items, isLater, model: [...model], options, growing: growing.toString() },
    );
    const part = (later: boolean) =>
      imageList(items.map((item, i) => ({ ...item, image: bytes[i]! })).filter((_, i) => isLater[i] === later));
    const data = part(false);
    const open = () => createLearner({ model, data, ...options, device: "cpu" });
    const expected = await growing({ open, more: part(true), photo: bytes[0]!, folder: `${folder}/grown` });

    expect(found.classes).toEqual([
      ["blue", "green", "red"],
      ["amber", "cold"],
      ["blue", "green", "red"],
      ["amber", "cold"],
    ]);
    expect(expected.losses).toHaveLength(12);
    for (const of of ["losses", "logits"] as const)
      expect(largestDifference(found[of], expected[of]), of).toBeLessThan(1e-3);
    expect([found.label, expected.label]).toEqual(["cold", "cold"]);
    // Once for the head, before or after it grew; once for other layers; once by the second learner; the one that is predicted.
    const fetched = opened.requests.filter(({ path }) => path.startsWith("/photos/"));
    expect(fetched).toHaveLength(3 * items.length + 1);
    expect(opened.errors).toEqual([]);
  });
});
