// What a learner has learnt as the tensors of one file, by the names that training gives them: weights as they are, slots as
// `momentum_buffer.<weight>`, and with a prefix what is frozen by now and what the best epoch had.
import type { Tensor } from "../../../tensor.js";
import type { TrainingState } from "../training/steps.js";

export interface SavedState {
  readonly state: TrainingState;
  /** Of layers that are frozen by now. */
  readonly learnt: TrainingState;
  /** Of the fit's best epoch, where that is kept and is not the present one. */
  readonly best: TrainingState | undefined;
}

const learntPrefix = "learnt.";
const bestPrefix = "best.";

export function toTensors({ state, learnt, best = {} }: SavedState): Readonly<Record<string, Tensor>> {
  // What is trained again has gone on since it was frozen.
  const frozen = Object.entries(learnt).filter(([name]) => !Object.hasOwn(state, name));
  return {
    ...state,
    ...Object.fromEntries(frozen.map(([name, tensor]) => [learntPrefix + name, tensor])),
    ...Object.fromEntries(Object.entries(best).map(([name, tensor]) => [bestPrefix + name, tensor])),
  };
}

export function fromTensors(tensors: Readonly<Record<string, Tensor>>): SavedState {
  const all = Object.entries(tensors);
  const behind = (prefix: string): [string, Tensor][] =>
    all.flatMap(([name, tensor]) => (name.startsWith(prefix) ? [[name.slice(prefix.length), tensor]] : []));
  const best = behind(bestPrefix);
  return {
    state: Object.fromEntries(all.filter(([name]) => !name.startsWith(learntPrefix) && !name.startsWith(bestPrefix))),
    learnt: Object.fromEntries(behind(learntPrefix)),
    best: best.length > 0 ? Object.fromEntries(best) : undefined,
  };
}
