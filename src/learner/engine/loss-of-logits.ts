// The loss that a learner makes small, of logits that came about in another way than by its graphs.
import { createOps } from "../../onnx/builder.js";
import { graphOf } from "../../onnx/graph.js";
import type { Runtime } from "../../runtime/session.js";
import { float32 } from "../../tensor.js";
import { input, modelOf } from "../../training-graph/graph-edges.js";
import { targetShape } from "../../training-graph/loss.js";
import type { Targets } from "./features/targets.js";
import { evaluatorOf } from "./model/evaluator.js";
import type { OpenedLearner } from "./open-learner.js";

/** @param logits [N, classes], and `labels` of as many photos. */
export async function lossOfLogits(
  { loss, photos, device }: Pick<OpenedLearner, "loss" | "photos" | "device">,
  runtime: Runtime,
  logits: Float32Array,
  labels: Targets,
): Promise<number> {
  const op = createOps();
  const classes = photos.classes.length;
  const x = input("logits", "float32", ["photos", classes]);
  const y = input("labels", loss.targets.dtype, targetShape(loss.targets, "photos"));
  const { total, weight } = loss.of(op, x, y);
  const mean = op.Div(total, weight);
  const targets =
    labels.dtype === loss.targets.dtype
      ? labels
      : (await import("./features/mixed-source.js")).softTargets(labels, classes);
  const outputs = await evaluatorOf(
    runtime,
    "the loss",
    device.once,
  )(modelOf(graphOf("loss", [x, y], [mean])), {
    logits: float32([logits.length / classes, classes], logits),
    labels: targets,
  });
  return (outputs[mean.name]!.data as Float32Array)[0]!;
}
