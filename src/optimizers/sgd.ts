// Stochastic gradient descent as PyTorch's torch.optim.SGD does it.
import { invalidArgument } from "../errors.js";
import type { Optimizer } from "./optimizer.js";
import { checkWeightDecay, decays } from "./weight-decay.js";

export interface SgdOptions {
  /** Default 0.9, fast.ai's. */
  readonly momentum?: number;
  /** Look ahead along the momentum; default false. */
  readonly nesterov?: boolean;
  /** L2 penalty added to the gradient, as in PyTorch; default 0. */
  readonly weightDecay?: number;
  /** Whether biases and the scales of norms decay as well, see `decays`; default true, as in PyTorch. */
  readonly decayBiasAndNorm?: boolean;
}

/**
 * The options with every default filled in.
 * @throws RegraftError "invalid-argument"
 */
export function sgdSettings(options: SgdOptions = {}): Required<SgdOptions> {
  const { momentum = 0.9, nesterov = false, weightDecay = 0, decayBiasAndNorm = true } = options;
  if (!(Number.isFinite(momentum) && momentum >= 0 && momentum < 1))
    throw invalidArgument("optimizer.momentum", "a number in [0, 1)", momentum);
  if (typeof nesterov !== "boolean") throw invalidArgument("optimizer.nesterov", "true or false", nesterov);
  if (nesterov && momentum === 0) throw invalidArgument("optimizer.momentum", "more than 0 with nesterov", momentum);
  checkWeightDecay({ weightDecay, decayBiasAndNorm });
  return { momentum, nesterov, weightDecay, decayBiasAndNorm };
}

/**
 * g' = g + weightDecay·w;  v' = momentum·v + g';  w' = w - lr·v', or with Nesterov w' = w - lr·(g' + momentum·v').
 * @throws RegraftError "invalid-argument"
 */
export function sgd(options?: SgdOptions): Optimizer {
  const settings = sgdSettings(options);
  const { nesterov, weightDecay } = settings;
  return {
    slots: { momentum_buffer: "like" },
    momentum: settings.momentum,
    step: ({ op, parameter, gradient, lr, momentum, rate, slots: { momentum_buffer: velocity } }) => {
      const decayed = decays(parameter.shape, settings) ? op.Add(gradient, op.Mul(parameter, weightDecay)) : gradient;
      const next = op.Add(op.Mul(velocity!, momentum), decayed);
      const direction = nesterov ? op.Add(decayed, op.Mul(next, momentum)) : next;
      const step = op.Mul(direction, rate ? op.Mul(lr, rate) : lr);
      return { parameter: op.Sub(parameter, step), slots: { momentum_buffer: next } };
    },
  };
}
