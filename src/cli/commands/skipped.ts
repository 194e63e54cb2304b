// Photos that were left out, counted, and the first of them named.
import type { Skipped } from "../../datasets/folder-photos.js";
import type { Output } from "../output.js";

const mostNamed = 5;

export function saySkipped(skipped: readonly Skipped[], output: Output): void {
  if (skipped.length === 0) return;
  const named = skipped.slice(0, mostNamed).map(({ image, reason }) => `  ${image}: ${reason}`);
  const rest = skipped.length > mostNamed ? [`  and ${skipped.length - mostNamed} more`] : [];
  output.result([`${skipped.length} skipped:`, ...named, ...rest].join("\n"));
}
