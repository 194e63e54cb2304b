import { expect, it } from "vitest";
import { styleSheet } from "../../../src/learner/report/style.js";

/** WCAG 2: of two colours, (L1 + 0.05) / (L2 + 0.05). */
function contrast(one: string, other: string): number {
  const luminance = (hex: string): number => {
    const full = hex.length === 4 ? hex.replace(/[^#]/g, "$&$&") : hex;
    const [r, g, b] = [1, 3, 5].map((at) => {
      const c = Number.parseInt(full.slice(at, at + 2), 16) / 255;
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
  };
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high! + 0.05) / (low! + 0.05);
}

it.each([
  ["light", 0],
  ["dark", 1],
])("all text can be read by WCAG's level AA where it is %s", (_, at) => {
  const block = [...styleSheet.markup.matchAll(/:root\{([^}]*)\}/g)][at]![1]!;
  const colours = Object.fromEntries([...block.matchAll(/--(\w+):(#\w+)/g)].map(([, name, hex]) => [name, hex!]));
  for (const text of ["ink", "muted", "wrong"])
    for (const ground of ["page", "card"]) expect(contrast(colours[text]!, colours[ground]!)).toBeGreaterThan(4.5);
  for (const line of ["a", "b", "c"]) expect(contrast(colours[line]!, colours.card!)).toBeGreaterThan(3);
});
