// What a learner tells of itself: once it is open, and once its photos have been read.

import type { Skipped } from "../../datasets/folder-photos.js";
import type { Task } from "../../datasets/task.js";
import type { DeviceName } from "../../runtime/devices.js";

export interface LearnerInfo {
  /** What the pretrained network is called. */
  readonly model: string;
  readonly device: DeviceName;
  /** What the data asks for. */
  readonly task: Task;
  /** Classes or labels; in regression, what the values are called. */
  readonly classes: readonly string[];
  /** Those that were asked for. */
  readonly metrics: readonly string[];
  /** Width of the cached features. */
  readonly features: number;
  /** From the image on; the head is the last. */
  readonly layerGroups: readonly LayerGroupInfo[];
  /** Why the network is cut where it is, photos are prepared as they are, and the device is the one it is. */
  readonly reasons: { readonly cut: string; readonly transform: string; readonly device: string };
  /** What the caller should know of how the network was found, or of where it is trained, in sentences: mostly none. */
  readonly notices: readonly string[];
}

/** Layers that are frozen, or trained at one rate, together. */
export interface LayerGroupInfo {
  readonly name: string;
  /** Numbers to train. */
  readonly parameters: number;
}

/** How many photos there are to train on. */
export interface DataInfo {
  readonly train: number;
  readonly valid: number;
  readonly skipped: readonly Skipped[];
  readonly stepsPerEpoch: number;
}
