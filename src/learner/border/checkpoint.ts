// What a checkpoint holds beside tensors: plain data, as JSON. Written by the engine, with what the caller's side knows.
import type { LrRange } from "../engine/training/range.js";
import type { FitRecord } from "./report.js";

/** What the caller's side knows of a training, and needs to go on with it. */
export interface TrainingRecord {
  readonly fits: readonly FitRecord[];
  /** The last range test. */
  readonly range: LrRange | undefined;
  /** What is left to be done of the call under way; absent: nothing. */
  readonly agenda: Agenda | undefined;
}

/** A training call as steps that are still to be taken, the first one under way. */
export interface Agenda {
  readonly steps: readonly PlannedStep[];
  /** How far the first step has come, where it is a fit. */
  readonly progress: FitProgress;
  /** Seconds between checkpoints within an epoch; absent: none were asked for. */
  readonly everySeconds?: number | undefined;
}

export type PlannedStep =
  | { readonly kind: "freezeTo"; readonly first: number }
  | { readonly kind: "fit"; readonly plan: PlannedFit };

/** A fit that can be written down: its functions are made of this when it runs. */
export interface PlannedFit {
  /** As it was called, such as `fitOneCycle(4, 0.01)`. */
  readonly call: string;
  readonly epochs: number;
  /** Of the last layer group. */
  readonly schedule: ScheduleSpec;
  /** Of all layer groups, the highest rate each gets, as a share of the last one's. */
  readonly ratios: readonly number[];
  /** The highest rate of the last one. */
  readonly maxLr: number;
  readonly tracking?: Tracking | undefined;
}

/** A schedule by its name and the arguments of schedules.ts. */
export type ScheduleSpec =
  | { readonly kind: "constant"; readonly lr: number }
  | {
      readonly kind: "oneCycle";
      readonly maxLr: number;
      readonly pctStart?: number;
      readonly div?: number;
      readonly divFinal?: number;
      readonly momenta?: readonly [number, number, number];
    }
  | {
      readonly kind: "cyclical";
      readonly baseLr: number;
      readonly maxLr: number;
      /** Absent: that of two epochs. */
      readonly stepSize?: number;
      readonly mode?: "triangular" | "triangular2" | "exp_range";
      readonly gamma?: number;
    };

/** By what a fit finds its best epoch, and what it does then. */
export interface Tracking {
  /** "trainLoss", "validLoss", "accuracy" or a metric's name. */
  readonly monitor: string;
  readonly minDelta: number;
  /** Epochs without a better one after which the fit ends; absent: it goes on to its end. */
  readonly patience?: number | undefined;
  /** Whether the fit ends with the weights of its best epoch. */
  readonly restoreBest: boolean;
}

/** How far a fit has come. With the seed, all there is to know: what is drawn at random is a function of both. */
export interface FitProgress {
  /** The epoch under way, from 0, and how many of its steps are done. */
  readonly epoch: number;
  readonly step: number;
  /** Of the training loss: the moving average without its correction, and over how many steps. */
  readonly smooth: SmoothState;
  readonly best?: BestEpoch | undefined;
  /** Whether early stopping has ended it. */
  readonly isStopped?: boolean;
}

export interface SmoothState {
  readonly average: number;
  readonly count: number;
}

export interface BestEpoch {
  /** As the results number it. */
  readonly epoch: number;
  /** What was monitored. */
  readonly value: number;
}

/** Where and how often a fit writes checkpoints. */
export interface CheckpointSpec {
  readonly folder: string;
  readonly everySeconds: number;
  /** The caller's own, kept with every checkpoint. */
  readonly note?: unknown;
}

/** What one is written of, beside what the engine knows. */
export interface CheckpointRequest {
  readonly folder: string;
  readonly training: TrainingRecord;
  readonly note?: unknown;
}
