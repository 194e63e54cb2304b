import { expect, it } from "vitest";
import { defaultAugment } from "../../../../src/datasets/augment/default-augment.js";
import { makeViews, type ViewJob } from "../../../../src/datasets/augment/make-views.js";
import type { PictureDecoder } from "../../../../src/datasets/decoder.js";
import { defaultTransform, type ImageTransform } from "../../../../src/datasets/transform.js";
import { serveViews, type ViewAnswer, workerReady } from "../../../../src/learner/engine/pictures/serve-views.js";
import { colourDecoder } from "../../../helpers/tiny-platform.js";

const { crop: _, ...uncropped } = defaultTransform;
const transform: ImageTransform = { ...uncropped, resize: { height: 6, width: 8 } };
const jobOf = (of: string): ViewJob => ({
  ...{ of, transform, finest: 1, seed: 3 },
  views: [0, 1].map((view) => ({ spec: defaultAugment, path: ["view", view, of] })),
});

/** A worker, and what it has posted so far. */
function served(decodeWhole: PictureDecoder["decodeWhole"] = colourDecoder.decodeWhole) {
  const posted: unknown[] = [];
  const transferred: ArrayBuffer[][] = [];
  let ask = (_: unknown): void => {};
  serveViews(
    {
      post: (message, transfer) => {
        posted.push(message);
        transferred.push(transfer);
      },
      listen: (onMessage) => {
        ask = onMessage;
      },
    },
    { ...colourDecoder, decodeWhole },
  );
  return { posted, transferred, ask: (id: number, of: string) => ask({ id, job: jobOf(of) }) };
}

it("a worker says that it is ready, then answers by number, with views that are moved", async () => {
  const { posted, transferred, ask } = served();
  expect(posted).toEqual([workerReady]);
  ask(7, "red/1");
  await expect.poll(() => posted.length).toBe(2);
  const views = await makeViews(jobOf("red/1"), colourDecoder);
  expect(posted[1]).toEqual({ id: 7, views });
  expect(transferred[1]).toEqual((posted[1] as ViewAnswer).views!.map(({ buffer }) => buffer));
});

it("a worker answers without views where they cannot be made", async () => {
  const { posted, ask } = served();
  ask(1, "broken");
  await expect.poll(() => posted).toEqual([workerReady, { id: 1 }]);
});

it("a worker decodes four photos at a time, in the order in which they came", async () => {
  const begun: unknown[] = [];
  const waiting: (() => void)[] = [];
  const { posted, ask } = served(async (image, ...how) => {
    begun.push(image);
    await new Promise<void>((resolve) => waiting.push(resolve));
    return colourDecoder.decodeWhole(image, ...how);
  });
  const names = ["red/0", "broken", "red/2", "red/3", "red/4", "red/5"];
  for (const [id, name] of names.entries()) ask(id, name);
  await expect.poll(() => begun.length).toBe(4);
  expect(begun).toEqual(names.slice(0, 4));
  // One that fails makes room as well.
  waiting[1]!();
  await expect.poll(() => begun).toEqual(names.slice(0, 5));
  for (let done = 0; done < 6; done++) waiting[done]?.();
  await expect.poll(() => begun).toEqual(names);
  waiting[5]!();
  await expect.poll(() => posted.length).toBe(7);
});
