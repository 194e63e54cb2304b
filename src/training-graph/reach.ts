// How far gradients reach by all the rules there are.
import { coverage, gradients } from "./gradients/index.js";
import { reachBy } from "./reach-by.js";

export const reach = reachBy({ gradients, coverage });

export const { ruleOf, dependents, derivativeOf, missingRules, influences } = reach;
