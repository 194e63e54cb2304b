// What a caller is told of an open learner.
import type { Head } from "../../heads/head.js";
import { sizeOf } from "../../tensor.js";
import type { LayerGroupInfo, LearnerInfo } from "../border/info.js";
import type { Boundary } from "./layers/boundary.js";
import type { OpenedLearner } from "./open-learner.js";

/** Plain data. */
export function infoOf(
  { spec, pretrained, device, photos, network, backbone, head }: OpenedLearner,
  { notice }: Pick<Boundary, "notice">,
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
    notices: notice === undefined ? pretrained.notices : [...pretrained.notices, notice],
  };
}

const headGroup = ({ parameters }: Head): LayerGroupInfo => ({
  name: "head",
  parameters: Object.values(parameters).reduce((sum, { shape }) => sum + sizeOf(shape), 0),
});
