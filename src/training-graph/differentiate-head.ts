// Differentiation by the rules that heads and losses need: a small part of all, which is loaded before any other.
import { differentiateBy } from "./differentiate-by.js";
import { headGradients } from "./gradients/head.js";
import { reachBy } from "./reach-by.js";

/** See `Differentiate`. */
export const differentiateHead = differentiateBy(reachBy({ gradients: headGradients, coverage: {} }));
