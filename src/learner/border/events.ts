// What a learner says while it works.
import type { StepResults } from "../engine/training/trainer.js";

/** How far a long call has come. */
export type Progress =
  /** Bytes of a pretrained network's file; `total` is 0 while the server does not tell it. */
  | { readonly phase: "download"; readonly done: number; readonly total: number }
  /** Photos decoded and run through the frozen network. */
  | { readonly phase: "features"; readonly done: number; readonly total: number }
  /** Steps of the epoch under way. */
  | { readonly phase: "train"; readonly done: number; readonly total: number }
  /** Runs of the range test, each of many steps; these steps themselves where layers of the network are trained. */
  | { readonly phase: "lr-find"; readonly done: number; readonly total: number }
  | { readonly phase: "predict"; readonly done: number; readonly total: number }
  /** Photos that an exported classifier is tried on. */
  | { readonly phase: "evaluate"; readonly done: number; readonly total: number }
  /** Photos with the greatest losses that are looked at. */
  | { readonly phase: "interpret"; readonly done: number; readonly total: number };

export type EngineEvent = Progress | ({ readonly phase: "results" } & StepResults);
