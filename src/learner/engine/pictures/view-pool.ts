// Views of photos made by workers of their own, while the learner's is held up by a run. Whatever happens to them, views are
// made, and the same ones: where no worker is ready, or one is lost with what it was given, in the learner's own.
import { makeViews, type ViewJob } from "../../../datasets/augment/make-views.js";
import type { PictureDecoder } from "../../../datasets/decoder.js";
import { compact, isImageSource } from "../../../datasets/image-source.js";
import { turn } from "../turn.js";
import { type ViewAnswer, type ViewRequest, workerReady } from "./serve-views.js";
import type { PictureWorker, PictureWorkers, ViewMaker } from "./view-maker.js";

export const viewsInPlace =
  (decoder: PictureDecoder): ViewMaker["make"] =>
  (job) =>
    makeViews(job, decoder, () => turn(undefined));

// Each makes some 200 views a second: four keep up with a frozen network that takes 800.
const mostWorkers = 4;

/** One core is left to the learner's own worker, and where there is one alone it is shared. */
export const workersFor = (cores: number): number => Math.min(mostWorkers, Math.max(1, cores - 1));

/** Starts its workers when the first view is asked for. */
export function viewPool(decoder: PictureDecoder, workers: PictureWorkers): ViewMaker {
  const inPlace = viewsInPlace(decoder);
  let members: Member[] | undefined;
  return {
    make: async (job) => {
      members ??= Array.from({ length: workers.count }, () => createMember(workers));
      const ready = members.filter((member) => member.isReady());
      // Requests are posted at once, however many: in a run nobody here could hand out the next one.
      const [idlest] = ready.sort((a, b) => a.asked() - b.asked());
      return (await idlest?.ask(job)) ?? inPlace(job);
    },
    end: async () => {
      const all = members ?? [];
      members = undefined;
      await Promise.all(all.map((member) => member.end()));
    },
  };
}

/** A worker, as the pool knows it. */
interface Member {
  /** It has begun, and is not lost. One whose file is not there, or is forbidden, never is. */
  isReady(): boolean;
  /** How many views it has still to make. */
  asked(): number;
  /** Undefined where it cannot tell, for whatever reason. */
  ask(job: ViewJob): Promise<readonly Uint8Array[] | undefined>;
  end(): Promise<void>;
}

interface Asked {
  readonly views: number;
  readonly resolve: (views: readonly Uint8Array[] | undefined) => void;
  readonly reject: (reason: Error) => void;
}

function createMember({ start }: PictureWorkers): Member {
  const asked = new Map<number, Asked>();
  let [last, isReady] = [0, false];
  let worker: PictureWorker | undefined;
  const settle = (id: number, views: readonly Uint8Array[] | undefined): void => {
    const one = asked.get(id);
    asked.delete(id);
    if (asked.size === 0) worker?.hold(false);
    one?.resolve(views);
  };
  const onMessage = (message: unknown): void => {
    if (message === workerReady) isReady = true;
    else settle((message as ViewAnswer).id, (message as ViewAnswer).views);
  };
  const onEnd = (): void => {
    isReady = false;
    for (const id of [...asked.keys()]) settle(id, undefined);
    // A browser goes on with a worker in which an error was thrown.
    void worker?.end();
  };
  try {
    worker = start();
    worker.listen(onMessage, onEnd);
  } catch {
    // No policy or bundler that forbids workers keeps a learner from learning.
  }
  return {
    isReady: () => isReady,
    asked: () => [...asked.values()].reduce((sum, { views }) => sum + views, 0),
    ask: (job) =>
      new Promise((resolve, reject) => {
        const id = ++last;
        asked.set(id, { views: job.views.length, resolve, reject });
        worker!.hold(true);
        try {
          worker!.post({
            id,
            job: isImageSource(job.of) ? { ...job, of: compact(job.of) } : job,
          } satisfies ViewRequest);
        } catch {
          settle(id, undefined);
        }
      }),
    end: async () => {
      isReady = false;
      for (const { reject } of asked.values()) reject(new Error("The learner has ended."));
      asked.clear();
      await worker?.end();
    },
  };
}
