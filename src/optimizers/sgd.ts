// Stochastic gradient descent as PyTorch's torch.optim.SGD does it.
import { invalidArgument } from "../errors.js";
import type { Optimizer } from "./optimizer.js";

export interface SgdOptions {
  /** Default 0.9, fast.ai's. */
  readonly momentum?: number;
  /** Look ahead along the momentum; default false. */
  readonly nesterov?: boolean;
  /** L2 penalty added to the gradient, as in PyTorch; default 0. */
  readonly weightDecay?: number;
}

/**
 * g' = g + weightDecay·w;  v' = momentum·v + g';  w' = w - lr·v', or with Nesterov w' = w - lr·(g' + momentum·v').
 * @throws RegraftError "invalid-argument"
 */
export function sgd({ momentum = 0.9, nesterov = false, weightDecay = 0 }: SgdOptions = {}): Optimizer {
  if (!(Number.isFinite(momentum) && momentum >= 0 && momentum < 1))
    throw invalidArgument("optimizer.momentum", "a number in [0, 1)", momentum);
  if (!(Number.isFinite(weightDecay) && weightDecay >= 0))
    throw invalidArgument("optimizer.weightDecay", "a number of at least 0", weightDecay);
  if (typeof nesterov !== "boolean") throw invalidArgument("optimizer.nesterov", "true or false", nesterov);
  if (nesterov && momentum === 0) throw invalidArgument("optimizer.momentum", "more than 0 with nesterov", momentum);
  return {
    slots: ["momentum_buffer"],
    momentum,
    step: ({ op, parameter, gradient, lr, momentum, slots: [velocity] }) => {
      const decayed = weightDecay === 0 ? gradient : op.Add(gradient, op.Mul(parameter, weightDecay));
      const next = op.Add(op.Mul(velocity!, momentum), decayed);
      const direction = nesterov ? op.Add(decayed, op.Mul(next, momentum)) : next;
      return { parameter: op.Sub(parameter, op.Mul(direction, lr)), slots: [next] };
    },
  };
}
