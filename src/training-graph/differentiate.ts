// Differentiation by all the rules there are.
import { differentiateBy } from "./differentiate-by.js";
import { reach } from "./reach.js";

/** See `Differentiate`. */
export const differentiate = differentiateBy(reach);
