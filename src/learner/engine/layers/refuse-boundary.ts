// Why a network cannot be divided somewhere, found out before anything is loaded or trained.
import { sizeOf } from "../../../tensor.js";
import { rowsBesideDisk } from "../features/disk-collector.js";
import { refuseTooLarge } from "../features/feature-refusals.js";
import type { OpenedLearner } from "../open-learner.js";
import { boundaryOf } from "./backbone.js";
import { unfrozenPart } from "./unfrozen-part.js";

const advice = " Or freeze more layers: the rows of later ones are smaller.";

/**
 * @param first layer groups that are to be frozen.
 * @throws RegraftError "unsupported-op", "unsupported-model" for layers that cannot be trained; "memory-limit" when what
 * the others say of all photos may neither be in memory nor on disk, or a batch of it not even in memory
 */
export async function refuseBoundary({ backbone, photos, spec }: OpenedLearner, first: number): Promise<void> {
  if (first === backbone.groups.length) return;
  await unfrozenPart(backbone, first, { state: {}, trainStatistics: spec.batchNorm === "trained" });
  // Pixels are not kept where they do not fit: photos are decoded again.
  if (first === 0) return;
  const { folder, memoryLimit } = spec.cache;
  const { shape } = (await backbone.types()).get(boundaryOf(backbone, first))!;
  const width = sizeOf(shape.slice(1) as readonly number[]);
  if (folder === undefined) refuseTooLarge(photos.photos.length, width, memoryLimit, advice);
  else rowsBesideDisk(photos.photos, { width, memoryLimit, batchSize: spec.batchSize }, advice);
}
