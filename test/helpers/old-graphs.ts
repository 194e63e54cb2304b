// Graphs that today's exporters do not write any more, or not yet, with what a cut has to find. Small; weights are seeded.
import { averaging, opset7, opset9, opset10, opset12, samePadding } from "./attribute-graphs.js";
import { caffe2Convolution, caffe2Resnet, caffe2Squeezenet } from "./caffe2-graphs.js";
import { functionGraph } from "./function-graphs.js";
import { mxnetMobilenet, mxnetResnet, mxnetResnetV2 } from "./mxnet-graphs.js";

export interface OldGraph {
  readonly file: () => Uint8Array;
  readonly opset: number;
  /** Of a linear head. */
  readonly features: number;
  /** Of the last feature map. */
  readonly channels: number;
  readonly classes: number;
  /** The images to run it with, where it fixes their number. */
  readonly batch?: number;
}

export const oldGraphs: Readonly<Record<string, OldGraph>> = {
  "MXNet ResNet v1": { file: mxnetResnet, opset: 8, features: 16, channels: 16, classes: 5 },
  "MXNet ResNet v2": { file: mxnetResnetV2, opset: 7, features: 16, channels: 16, classes: 5, batch: 1 },
  "MXNet MobileNetV2": { file: mxnetMobilenet, opset: 7, features: 20, channels: 20, classes: 5 },
  "Caffe2 ResNet": { file: caffe2Resnet, opset: 7, features: 8, channels: 8, classes: 5, batch: 1 },
  "Caffe2 convolution": { file: caffe2Convolution, opset: 7, features: 12, channels: 12, classes: 5, batch: 1 },
  "Caffe2 SqueezeNet": { file: caffe2Squeezenet, opset: 8, features: 12, channels: 12, classes: 5, batch: 1 },
  "opset 7": { file: opset7, opset: 7, features: 16, channels: 16, classes: 5 },
  "opset 9": { file: opset9, opset: 9, features: 16, channels: 16, classes: 5 },
  "opset 10": { file: opset10, opset: 10, features: 16, channels: 16, classes: 5 },
  "opset 12": { file: opset12, opset: 12, features: 16, channels: 16, classes: 5 },
  auto_pad: { file: samePadding, opset: 9, features: 12, channels: 12, classes: 5 },
  ReduceMean: { file: averaging, opset: 11, features: 12, channels: 12, classes: 5 },
  Functions: { file: functionGraph, opset: 18, features: 16, channels: 16, classes: 5 },
};
