// Workers, and the browser's locks, are stood in for here; real ones are tested on the build.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { defaultAugment } from "../../../src/datasets/augment/default-augment.js";
import { makeViews, type ViewJob } from "../../../src/datasets/augment/make-views.js";
import { defaultTransform, type ImageTransform } from "../../../src/datasets/transform.js";
import { browserPictureWorkers, browserViews } from "../../../src/learner/browser/picture-workers.js";
import { workerReady } from "../../../src/learner/engine/pictures/serve-views.js";
import { colourDecoder } from "../../helpers/tiny-platform.js";

/** Of locks that somebody waits for: what happens when it is free. */
const waiting = new Map<string, () => void>();

beforeEach(() => {
  const request = vi.fn(async (name: string, then: () => void) => void waiting.set(name, then));
  vi.stubGlobal("navigator", { hardwareConcurrency: 3, locks: { request } });
});
afterEach(() => {
  vi.unstubAllGlobals();
  waiting.clear();
});

class FakeWorker extends EventTarget {
  readonly postMessage = vi.fn<(message: unknown) => void>();
  readonly terminate = vi.fn();
  say(data: unknown): void {
    this.dispatchEvent(new MessageEvent("message", { data }));
  }
}

function started() {
  const fake = new FakeWorker();
  const worker = browserPictureWorkers("https://page.test/", () => fake as unknown as Worker).start();
  const [onMessage, onEnd] = [vi.fn(), vi.fn()];
  worker.listen(onMessage, onEnd);
  return { fake, worker, onMessage, onEnd };
}

describe("browserPictureWorkers", () => {
  it("are as many as the machine's cores are for", () => {
    expect(browserPictureWorkers("", () => expect.fail()).count).toBe(2);
  });

  it("are told first where relative addresses begin, and what lock to hold", () => {
    const { fake, worker } = started();
    const life = expect.stringMatching(/^regraft pictures [\da-f-]{36}$/);
    expect(fake.postMessage.mock.calls).toEqual([[{ base: "https://page.test/", life }]]);
    worker.post("work");
    expect(fake.postMessage).toHaveBeenLastCalledWith("work");
  });

  it("are lost when their lock becomes free, which is waited for once they have it", () => {
    const { fake, onMessage, onEnd } = started();
    expect(waiting.size).toBe(0);
    fake.say(workerReady);
    fake.say("more");
    expect(onMessage.mock.calls).toEqual([[workerReady], ["more"]]);
    const [[{ life }]] = fake.postMessage.mock.calls as [[{ life: string }]];
    expect([...waiting.keys()]).toEqual([life]);
    expect(onEnd).not.toHaveBeenCalled();
    waiting.get(life)!();
    expect(onEnd).toHaveBeenCalledOnce();
  });

  it("are lost by an error, which the learner's worker does not share", () => {
    const { fake, onEnd } = started();
    const error = new Event("error", { cancelable: true });
    fake.dispatchEvent(error);
    expect(onEnd).toHaveBeenCalledOnce();
    expect(error.defaultPrevented).toBe(true);
    fake.dispatchEvent(new Event("messageerror"));
    expect(onEnd).toHaveBeenCalledTimes(2);
  });

  it("end at once", async () => {
    const { fake, worker } = started();
    await worker.end();
    expect(fake.terminate).toHaveBeenCalledOnce();
  });
});

it("browserViews makes views in place where no worker can be made", async () => {
  const { crop: _, ...uncropped } = defaultTransform;
  const transform: ImageTransform = { ...uncropped, resize: { height: 6, width: 8 } };
  const views = [{ spec: defaultAugment, path: ["view", 0] }];
  const job: ViewJob = { of: "red/1", transform, finest: 1, seed: 3, views };
  const start = vi.fn(() => {
    throw new Error("the policy forbids it");
  });
  expect(await browserViews(colourDecoder, "", start).make(job)).toEqual(await makeViews(job, colourDecoder));
  expect(start).toHaveBeenCalledTimes(2);
});
