// A learner that grows where it stands: more photos, classes called otherwise, several as one. What it has learnt goes on.
import type { Dataset } from "../../datasets/dataset.js";
import { joinedPhotos, renamedClasses } from "../../datasets/grown-dataset.js";
import { drawnPhotos, foundIn, joined, renamed } from "../../datasets/grown-photos.js";
import { type PhotoSet, photoSetOf } from "../../datasets/photo-set.js";
import { photosOf } from "../../datasets/photos-of.js";
import { invalidArgument, RegraftError } from "../../errors.js";
import { grownWeights } from "../../heads/grown.js";
import { inUnits } from "../../heads/in-units.js";
import type { CallContext } from "../border/channel.js";
import type { Growth } from "../border/growth.js";
import type { LearnerInfo } from "../border/info.js";
import type { LearnerSpec, LossSpec } from "../border/spec.js";
import type { Staging } from "../border/stage.js";
import { knownRows } from "./features/known-rows.js";
import { backboneState } from "./layers/backbone.js";
import { infoOf } from "./learner-info.js";
import type { LearnerState } from "./learner-state.js";
import { isMixing, weightsIn } from "./open-learner.js";
import { startOf } from "./position.js";
import { createHead } from "./training/create-head.js";
import { objectiveFor } from "./training/loss-for.js";

/**
 * The optimizer starts anew, as in `freezeTo`. The network is divided where it was.
 * @throws RegraftError "invalid-argument" for classes that there are not, names that are taken, photos of another task;
 * "invalid-dataset", "file-access"; all is then as it was.
 * @param staging has a list's items.
 * @returns what is to be known of the learner now.
 */
export async function grow(
  state: LearnerState,
  growth: Growth,
  staging: Pick<Staging, "completeData">,
  { signal }: CallContext,
): Promise<LearnerInfo> {
  const { learner, boundary } = state.divided;
  const { spec, photos: before, head: old, units, backbone, network, optimizer } = learner;
  const { data, photos } = await grown(state, growth, staging);
  signal.throwIfAborted();
  const nameOf = growth.kind === "rename" ? renaming(growth) : (name: string) => name;
  const sources = photos.classes.map((name) => before.classes.flatMap((one, i) => (nameOf(one) === name ? [i] : [])));
  const next: LearnerSpec = {
    ...spec,
    data,
    loss: growth.kind === "rename" ? renamedLoss(spec.loss, before.classes, growth) : spec.loss,
    // What is new to a head that went on from the model's own is new to it now.
    head: spec.head.kind === "pretrained" ? { kind: "linear" } : spec.head,
  };
  const { loss } = await objectiveFor(next.loss, photos, { mixed: isMixing(spec.augment) });
  const size = { features: network.featureCount, classes: photos.classes.length };
  const bare = await createHead(next.head, size, spec.seed);
  const head = units ? inUnits(bare, units) : bare;
  const weights = grownWeights(head, weightsIn(old, state.position.state), sources);
  const learnt = { ...state.learnt, ...backboneState(backbone, state.position.state) };
  const purpose = learner.withPurpose({ spec: next, photos, head, loss, units, notices: [] });
  // Where nothing is frozen, rows are pixels: photos are decoded again.
  const rows = boundary.frozen.session && state.extraction;
  const known = rows ? await knownRows(rows) : state.before;
  const opened = await purpose.divide(boundary.first, learnt, signal);
  const { thresholds } = state;
  await state.become(
    { learner: purpose, boundary: opened },
    {
      learnt,
      state: startOf(opened.head, optimizer, { ...learnt, ...weights }),
      // Of a label that is several now, or is new, there is none.
      thresholds: thresholds && sources.map((from) => (from.length === 1 ? thresholds[from[0]!]! : 0.5)),
      known,
    },
  );
  return infoOf(purpose, opened);
}

/** Photos that are there stay on the side where they are. */
async function grown(
  state: LearnerState,
  growth: Growth,
  { completeData }: Pick<Staging, "completeData">,
): Promise<{ data: Dataset; photos: PhotoSet }> {
  const { spec, photos, units } = state.divided.learner;
  const there = foundIn(photos);
  if (growth.kind === "rename") {
    check(growth, photos);
    const data = renamedClasses(spec.data, growth.names, growth.to);
    return { data, photos: await photoSetOf(data, renamed(there, { ...growth, task: photos.task })) };
  }
  const more = completeData(growth.data);
  if (more.task !== photos.task)
    throw invalidArgument("addPhotos's data", `${photos.task} data, as the learner has`, `${more.task} data`);
  const data = joinedPhotos(spec.data, more, units);
  const drawn = await drawnPhotos(more, (part) => photosOf(part, state.platform.photos));
  const all = joined(there, drawn, { task: photos.task, more, ...(units && { units }) });
  return { data, photos: await photoSetOf(data, all) };
}

type Renaming = Extract<Growth, { kind: "rename" }>;

const renaming =
  ({ names, to }: Renaming) =>
  (name: string): string =>
    names.includes(name) ? to : name;

function check({ call, names, to }: Renaming, { task, classes }: PhotoSet): void {
  if (call === "mergeClasses" && task === "regression")
    throw invalidArgument("mergeClasses", "classes or labels to merge", "values: a number is no sum of two");
  const stranger = names.find((name) => !classes.includes(name));
  if (stranger !== undefined) throw invalidArgument(`${call}'s class`, `one of ${classes.join(", ")}`, stranger);
  if (classes.includes(to) && !(call === "mergeClasses" && names.includes(to))) {
    const remedy =
      call === "renameClass" && task !== "regression"
        ? "To make one class of both, use mergeClasses."
        : "Name it among those to merge, or take another name.";
    throw invalidArgument(call, "a name that no class has", to, task === "regression" ? "" : remedy);
  }
  if (task !== "single-label" || classes.length - names.length + 1 >= 2) return;
  const reason = `of ${classes.join(", ")} one class would be left`;
  throw new RegraftError(
    "invalid-argument",
    { name: "mergeClasses", expected: "two classes at least afterwards", received: names.join(", ") },
    `Cannot merge ${names.join(", ")}: ${reason}, and there is nothing to tell apart. Leave out one of them.`,
  );
}

/** Weights that were given by name go with their classes; classes that are one now have their mean, 1 for those not named. */
function renamedLoss(loss: LossSpec, classes: readonly string[], growth: Renaming): LossSpec {
  const moved = (weights: Readonly<Record<string, number>>): Record<string, number> => {
    const weightOf = (name: string): number => (Object.hasOwn(weights, name) ? weights[name]! : 1);
    const named = Object.entries(weights).map(([name, weight]) => {
      if (!growth.names.includes(name)) return [name, weight] as const;
      const merged = classes.filter((one) => growth.names.includes(one)).map(weightOf);
      return [growth.to, merged.reduce((sum, one) => sum + one, 0) / merged.length] as const;
    });
    return Object.fromEntries(named);
  };
  if (loss.name === "cross-entropy" && typeof loss.classWeights === "object")
    return { ...loss, classWeights: moved(loss.classWeights) };
  if (loss.name === "bce" && typeof loss.posWeights === "object")
    return { ...loss, posWeights: moved(loss.posWeights) };
  return loss;
}
