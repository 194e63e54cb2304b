// Where the network is divided at present: what runs once per photo, and what is trained on what it says.
import type { Model } from "../../../onnx/graph.js";
import type { Session } from "../../../runtime/session.js";
import { sizeOf } from "../../../tensor.js";
import type { FrozenNetwork } from "../model/frozen-network.js";
import type { TrainingState } from "../training/steps.js";
import { type Backbone, boundaryOf, frozenPart } from "./backbone.js";
import type { Trained, TrainedOptions, TrainedParts } from "./trained.js";
import { openTrained } from "./trained-part.js";
import type { Workplace } from "./workplace.js";

export interface Boundary extends Trained {
  /** Layer groups that are frozen; as many as the network has: only the head is trained. */
  readonly first: number;
  /** From photos to the rows that are cached. */
  readonly frozen: FrozenNetwork;
  /** The same as a model; absent: the rows are the photos' pixels. */
  readonly model: Model | undefined;
  /** What its user should know: that it is trained elsewhere than on the device. */
  readonly notice: string | undefined;
  /** Gives all its memory back. */
  release(): Promise<void>;
}

export interface BoundaryOptions extends TrainedOptions {
  /** What was learnt so far. */
  readonly state: TrainingState;
  readonly device: Workplace;
  /** Where to train when the device gives other gradients; absent: there is no other place. */
  readonly otherwise?: Otherwise | undefined;
}

export interface Otherwise {
  readonly host: Workplace;
  /** Throws when the user wants no other place than the device. */
  readonly refuse: (why: string) => Promise<void>;
  /** Says, in a sentence, where it is trained and why not there. */
  readonly notice: (why: string) => string;
}

/**
 * @param network a session on the whole network as it came, which the boundary takes over; absent: it opens its own.
 * @throws RegraftError "unsupported-op", "unsupported-model", and what `open` throws; nothing stays open then but `network`.
 */
export async function openBoundary(
  first: number,
  options: BoundaryOptions,
  network?: FrozenNetwork,
): Promise<Boundary> {
  const sessions: Session[] = [];
  const release = async (from = 0): Promise<void> => {
    for (const session of sessions.splice(from)) await session.release();
  };
  const noted = (place: Workplace): Workplace => ({
    ...place,
    open: async (...args) => {
      const session = await place.open(...args);
      sessions.push(session);
      return session;
    },
  });
  try {
    const { backbone, state, otherwise } = options;
    const device = noted(options.device);
    const isHead = first === backbone.groups.length;
    // First of all: it refuses what cannot be trained.
    const layers = isHead
      ? undefined
      : await (await import("./unfrozen-part.js")).unfrozenPart(backbone, first, options);
    const model = frozenPart(backbone, first, state);
    const frozen = network ?? (await openFrozen(first, model, backbone, device));
    const parts: TrainedParts = { ...options, first, layers, features: frozen.featureCount };
    const below = sessions.length;
    const opened = otherwise
      ? await (await import("./gradient-trial.js")).openProved(parts, frozen, { device, host: otherwise.host })
      : await openTrained(parts, device);
    let trained: Trained;
    let notice: string | undefined;
    if (typeof opened === "string") {
      await release(below);
      await otherwise!.refuse(opened);
      trained = await openTrained(parts, noted(otherwise!.host));
      notice = otherwise!.notice(opened);
    } else trained = opened;
    const releaseAll = async (): Promise<void> => {
      await release();
      await network?.session?.release();
    };
    return { ...trained, first, frozen, model, notice, release: releaseAll };
  } catch (error) {
    await release();
    throw error;
  }
}

async function openFrozen(
  first: number,
  model: Model | undefined,
  backbone: Backbone,
  { open }: Workplace,
): Promise<FrozenNetwork> {
  const { shape } = (await backbone.types()).get(boundaryOf(backbone, first))!;
  const session = model && (await open(model, "the frozen layers"));
  const featureCount = sizeOf(shape.slice(1) as readonly number[]);
  return { session, featureCount };
}
