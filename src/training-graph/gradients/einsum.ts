// Y sums products of elements of its inputs over all axes whose letter Y lacks: "bhid,bhjd->bhij".
// The gradient by an input is such a sum again, in which Y and that input change places.
import { einsumTerms } from "../../onnx/shapes/products.js";
import { type Coverage, defineGradient } from "./define.js";

export const Einsum = defineGradient("Einsum", {
  Inputs: ({ op, Inputs, dY, attributes }, index) => {
    const { inputs, output } = einsumTerms(attributes.equation)!;
    const others = inputs.filter((_, i) => i !== index);
    const equation = `${[output, ...others]}->${inputs[index]}`;
    return op.Einsum([dY, ...Inputs.filter((_, i) => i !== index)], { equation });
  },
});

/** Each letter once in a term, for one size, and in two terms at least: nothing is repeated, no diagonals, no ellipsis. */
export const coversEinsum: Coverage<"Einsum"> = ({ Inputs, attributes }) => {
  const terms = einsumTerms(attributes.equation);
  if (!terms) return false;
  const sizes = new Map<string, unknown>();
  const isOneSize = terms.inputs.every((term, i) =>
    [...term].every((letter, axis) => {
      const size = Inputs[i]!.shape[axis];
      const known = sizes.has(letter) ? sizes.get(letter) : size;
      sizes.set(letter, known);
      return known === size;
    }),
  );
  const all = [...terms.inputs, terms.output];
  const isShared = (letter: string): boolean => all.filter((term) => term.includes(letter)).length > 1;
  return isOneSize && all.every((term) => new Set(term).size === term.length && [...term].every(isShared));
};
