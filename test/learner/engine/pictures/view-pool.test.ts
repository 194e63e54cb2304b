import { afterEach, describe, expect, it, vi } from "vitest";
import { defaultAugment } from "../../../../src/datasets/augment/default-augment.js";
import { makeViews, type ViewJob } from "../../../../src/datasets/augment/make-views.js";
import type { PictureDecoder } from "../../../../src/datasets/decoder.js";
import { defaultTransform, type ImageTransform } from "../../../../src/datasets/transform.js";
import type { PictureWorkers, ViewMaker } from "../../../../src/learner/engine/pictures/view-maker.js";
import { viewPool, viewsInPlace, workersFor } from "../../../../src/learner/engine/pictures/view-pool.js";
import { nearWorkers } from "../../../helpers/picture-workers.js";
import { refusal } from "../../../helpers/refusal.js";
import { colourDecoder } from "../../../helpers/tiny-platform.js";

const { crop: _, ...uncropped } = defaultTransform;
const transform: ImageTransform = { ...uncropped, resize: { height: 6, width: 8 } };
const jobOf = (of: ViewJob["of"], views = 2): ViewJob => ({
  ...{ of, transform, finest: 1.5, seed: 3 },
  views: Array.from({ length: views }, (_, i) => ({ spec: defaultAugment, path: ["view", i, String(of)] })),
});
const photos = Array.from({ length: 9 }, (_, i) => `red/${i}`);
/** Two of each photo. */
const inPlace = async (of: readonly ViewJob["of"][] = photos) =>
  Promise.all(of.map((one) => makeViews(jobOf(one), colourDecoder)));

const pools: ViewMaker[] = [];
afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.end();
});

/** A pool whose workers are ready, and the decoder of the learner's own thread. */
async function pool(workers: PictureWorkers = nearWorkers(colourDecoder)) {
  const decodeWhole = vi.fn(colourDecoder.decodeWhole);
  const views = viewPool({ ...colourDecoder, decodeWhole }, workers);
  pools.push(views);
  await views.make(jobOf("red/first"));
  // What a worker says of itself is a message on its way.
  await new Promise((resolve) => setTimeout(resolve, 20));
  decodeWhole.mockClear();
  return { views, decodeWhole };
}

it("viewsInPlace makes them where it is", async () => {
  expect(await viewsInPlace(colourDecoder)(jobOf("red/0"))).toEqual((await inPlace())[0]);
  await refusal(() => viewsInPlace(colourDecoder)(jobOf("broken")), "unreadable-image", "broken");
});

it("workersFor leaves a core to the learner, and takes four at most", () => {
  expect([1, 2, 3, 5, 6, 64].map(workersFor)).toEqual([1, 1, 2, 4, 4, 4]);
});

describe("viewPool", () => {
  it("starts nobody before it is asked, and makes the first views in place", async () => {
    const workers = nearWorkers(colourDecoder, 3);
    const views = viewPool(colourDecoder, workers);
    pools.push(views);
    expect(workers.started).toEqual([]);
    expect(await views.make(jobOf("red/0"))).toEqual((await inPlace())[0]);
    expect(workers.started.map(({ asked }) => asked.length)).toEqual([0, 0, 0]);
  });

  it("gives each what it asked for, the same bits as in place, from workers that share the work", async () => {
    const workers = nearWorkers(colourDecoder);
    const { views, decodeWhole } = await pool(workers);
    const made = await Promise.all(photos.map((photo) => views.make(jobOf(photo))));
    expect(made).toEqual(await inPlace());
    expect(decodeWhole).not.toHaveBeenCalled();
    expect(workers.started.map(({ answered }) => answered.length)).toEqual([5, 4]);
  });

  it("posts all requests at once: while the thread is held up, nobody here could", async () => {
    const workers = nearWorkers(colourDecoder, 1);
    const { views } = await pool(workers);
    const made = photos.map((photo) => views.make(jobOf(photo)));
    expect(workers.started[0]!.asked).toHaveLength(9);
    await Promise.all(made);
  });

  it("counts the views that are asked of a worker, not the photos", async () => {
    const workers = nearWorkers(colourDecoder);
    const { views } = await pool(workers);
    const sizes = [4, 1, 1, 1, 1];
    await Promise.all(sizes.map((count, i) => views.make(jobOf(`red/${i}`, count))));
    expect(workers.started.map(({ asked }) => asked.map(({ job }) => job.views.length))).toEqual([[4], [1, 1, 1, 1]]);
  });

  it("takes pictures that are decoded, and leaves them where they are; of bytes, those alone that are the photo's", async () => {
    const workers = nearWorkers(colourDecoder, 1);
    const { views } = await pool(workers);
    const picture = await colourDecoder.decodeWhole("red/0", transform, 1.5);
    const bytes = new TextEncoder().encode("...red/1").subarray(3);
    const jobs = [picture, bytes].map((of) => ({ ...jobOf("red/0"), of }));
    const expected = await Promise.all(jobs.map((job) => makeViews(job, colourDecoder)));
    expect(await Promise.all(jobs.map((job) => views.make(job)))).toEqual(expected);
    expect(picture.data).toHaveLength(9 * 12 * 3);
    expect((workers.started[0]!.asked[1]!.job.of as Uint8Array).buffer.byteLength).toBe(5);
  });

  it("says why a photo cannot be read, as in place; the others are made", async () => {
    const { views } = await pool();
    const made = ["red/0", "broken", "red/1"].map((photo) => views.make(jobOf(photo)));
    await refusal(() => made[1]!, "unreadable-image", "Cannot read broken");
    expect([await made[0], await made[2]]).toEqual(await inPlace(["red/0", "red/1"]));
  });

  it("makes in place what a worker is lost with, and gives the rest to those that are left", async () => {
    const workers = nearWorkers(colourDecoder);
    const { views, decodeWhole } = await pool(workers);
    const [first, second] = workers.started;
    const made = photos.map((photo) => views.make(jobOf(photo)));
    expect(first!.asked).toHaveLength(5);
    first!.crash();
    expect(await Promise.all(made)).toEqual(await inPlace());
    expect(decodeWhole).toHaveBeenCalledTimes(5);
    expect(await views.make(jobOf("red/7"))).toEqual((await inPlace())[7]);
    expect([first!.asked, second!.asked].map(({ length }) => length)).toEqual([5, 5]);
    second!.crash();
    expect(await views.make(jobOf("red/7"))).toEqual((await inPlace())[7]);
    expect(decodeWhole).toHaveBeenCalledTimes(6);
  });

  it("makes in place what no worker can be started for, or sent to", async () => {
    const none = {
      count: 2,
      start: () => {
        throw new Error("a policy forbids it");
      },
    };
    const { views } = await pool(none);
    expect(await views.make(jobOf("red/0"))).toEqual((await inPlace())[0]);
    const deaf = nearWorkers(colourDecoder, 1);
    const start = () => ({
      ...deaf.start(),
      post: () => {
        throw new Error("it cannot be cloned");
      },
    });
    const { views: others } = await pool({ count: 1, start });
    expect(await others.make(jobOf("red/0"))).toEqual((await inPlace())[0]);
    expect(deaf.started[0]!.held()).toBe(false);
  });

  it("makes in place where workers never begin", async () => {
    const silent = { post: vi.fn(), listen: () => {}, hold: () => {}, end: async () => {} };
    const { views } = await pool({ count: 1, start: () => silent });
    expect(await views.make(jobOf("red/0"))).toEqual((await inPlace())[0]);
    expect(silent.post).not.toHaveBeenCalled();
  });

  it("holds the process for as long as something is asked, and no longer", async () => {
    const workers = nearWorkers(colourDecoder, 1);
    const { views } = await pool(workers);
    const [worker] = workers.started;
    expect(worker!.held()).toBe(false);
    const made = [views.make(jobOf("red/0")), views.make(jobOf("red/1"))];
    expect(worker!.held()).toBe(true);
    await Promise.all(made);
    expect(worker!.held()).toBe(false);
  });

  it("gives up what is under way when it ends, and begins anew when it is asked again", async () => {
    const workers = nearWorkers(colourDecoder);
    const { views, decodeWhole } = await pool(workers);
    const made = Promise.allSettled(photos.map((photo) => views.make(jobOf(photo))));
    await views.end();
    expect((await made).map(({ status }) => status)).toEqual(photos.map(() => "rejected"));
    expect(workers.started.map(({ hasEnded }) => hasEnded())).toEqual([true, true]);
    expect(decodeWhole).not.toHaveBeenCalled();
    expect(await views.make(jobOf("red/0"))).toEqual((await inPlace())[0]);
    expect(workers.started).toHaveLength(4);
  });
});

it("an error in the middle of a decoding is no reason to hang", async () => {
  const decodeWhole: PictureDecoder["decodeWhole"] = async () => {
    throw new Error("a bug");
  };
  const { views } = await pool(nearWorkers({ ...colourDecoder, decodeWhole }));
  expect(await views.make(jobOf("red/0"))).toEqual((await inPlace())[0]);
});
