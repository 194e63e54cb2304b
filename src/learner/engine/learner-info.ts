// What a caller is told of an open learner.
import type { Head } from "../../heads/head.js";
import { sizeOf } from "../../tensor.js";
import type { LayerGroupInfo, LearnerInfo } from "../border/info.js";
import { augmentNotices } from "./augment-notice.js";
import type { Boundary } from "./layers/boundary.js";
import type { OpenedLearner } from "./open-learner.js";

/** Plain data. */
export function infoOf(
  { pretrained, device, photos, network, backbone, head, notices, spec }: OpenedLearner,
  { notice, model }: Pick<Boundary, "notice" | "model">,
): LearnerInfo {
  return {
    model: pretrained.name,
    device: device.options.device,
    task: photos.task,
    classes: photos.classes,
    metrics: spec.metrics,
    features: network.featureCount,
    layerGroups: [...backbone.groups.map(({ name, parameters }) => ({ name, parameters })), headGroup(head)],
    reasons: { cut: network.cut.reason, transform: pretrained.transformReason, device: device.reason },
    notices: [
      ...pretrained.notices,
      ...notices,
      ...(notice === undefined ? [] : [notice]),
      ...augmentNotices(spec.augment, model !== undefined),
    ],
  };
}

const headGroup = ({ parameters }: Head): LayerGroupInfo => ({
  name: "head",
  parameters: Object.values(parameters).reduce((sum, { shape }) => sum + sizeOf(shape), 0),
});
