// Text within Markdown.

export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

// Names come from folders and model files: nothing in them may act as Markdown or HTML.
export const plain = (text: string): string => oneLine(text).replaceAll(/[\\`*_[\]<>|&~$#]/g, "\\$&");
const oneLine = (text: string): string => text.replaceAll(/[\s\p{Cc}]+/gu, " ");

/** As code: between more backticks than the text has in a row. */
export function code(text: string): string {
  const runs = Array.from(text.matchAll(/`+/g), ([run]) => run.length);
  const fence = "`".repeat(Math.max(0, ...runs) + 1);
  const space = runs.length > 0 ? " " : "";
  return fence + space + oneLine(text) + space + fence;
}
