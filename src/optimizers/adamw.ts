// AdamW (Loshchilov & Hutter, arXiv 1711.05101) as PyTorch's torch.optim.AdamW does it.
import { invalidArgument } from "../errors.js";
import type { Optimizer } from "./optimizer.js";
import { checkWeightDecay, decays } from "./weight-decay.js";

export interface AdamWOptions {
  /** Of the gradient's mean; what a schedule's momentum takes the place of, as in fast.ai and PyTorch. Default 0.9. */
  readonly beta1?: number;
  /** Of the mean of its square; default 0.999. */
  readonly beta2?: number;
  /** Added to the root of that mean; default 1e-8. */
  readonly eps?: number;
  /** The share of the weights taken off in a step, in units of the rate; default 0.01. */
  readonly weightDecay?: number;
  /** Whether biases and the scales of norms decay as well, see `decays`; default true, as in PyTorch. */
  readonly decayBiasAndNorm?: boolean;
}

/**
 * The options with every default filled in.
 * @throws RegraftError "invalid-argument"
 */
export function adamWSettings(options: AdamWOptions = {}): Required<AdamWOptions> {
  const { beta1 = 0.9, beta2 = 0.999, eps = 1e-8, weightDecay = 0.01, decayBiasAndNorm = true } = options;
  checkBeta("optimizer.beta1", beta1);
  checkBeta("optimizer.beta2", beta2);
  // At 0 a weight without a gradient would become 0/0.
  if (!(Number.isFinite(eps) && Math.fround(eps) > 0))
    throw invalidArgument("optimizer.eps", "a number above 0 in float32", eps);
  checkWeightDecay({ weightDecay, decayBiasAndNorm });
  return { beta1, beta2, eps, weightDecay, decayBiasAndNorm };
}

/** In float32: a mean that takes nothing up would divide by 1 - β = 0. */
function checkBeta(name: string, beta: number): void {
  if (!(Number.isFinite(beta) && beta >= 0 && Math.fround(beta) < 1))
    throw invalidArgument(name, "a number in [0, 1), in float32 too", beta);
}

/**
 * m' = β1·m + (1 - β1)·g;  v' = β2·v + (1 - β2)·g²;  both divided by 1 - βᵗ, as they began at 0, for the t-th step:
 * w' = (1 - lr·weightDecay)·w - lr · m'/(1 - β1ᵗ) / (√(v'/(1 - β2ᵗ)) + eps).
 *
 * β1 is the step's momentum; when it changes, 1 - β1ᵗ is of the present one, as in PyTorch. `rate` is not used: steps are
 * of one size at any scale of the gradient.
 * @throws RegraftError "invalid-argument"
 */
export function adamW(options?: AdamWOptions): Optimizer {
  const settings = adamWSettings(options);
  const { beta1, eps, weightDecay } = settings;
  // As graphs compute with it: 1 - β2 is then exact, and so is its quotient with 1 - β2ᵗ at the start.
  const beta2 = Math.fround(settings.beta2);
  return {
    slots: { exp_avg: "like", exp_avg_sq: "like", step: "scalar" },
    momentum: beta1,
    step: ({ op, parameter, gradient, lr, momentum, slots }) => {
      const step = op.Add(slots.step!, 1);
      const mean = op.Add(op.Mul(slots.exp_avg!, momentum), op.Mul(gradient, op.Sub(1, momentum)));
      const square = op.Add(op.Mul(slots.exp_avg_sq!, beta2), op.Mul(op.Mul(gradient, gradient), 1 - beta2));
      const bias1 = op.Sub(1, op.Pow(momentum, step));
      const bias2 = op.Sub(1, op.Pow(beta2, step));
      const size = op.Add(op.Div(op.Sqrt(square), op.Sqrt(bias2)), eps);
      const decayed = decays(parameter.shape, settings)
        ? op.Mul(parameter, op.Sub(1, op.Mul(lr, weightDecay)))
        : parameter;
      const next = op.Sub(decayed, op.Mul(op.Div(mean, size), op.Div(lr, bias1)));
      return { parameter: next, slots: { exp_avg: mean, exp_avg_sq: square, step } };
    },
  };
}
