// Writes HTML so that no text can act as markup: all that is put into a template is escaped, unless it is markup itself.

/** Markup, made by `html` alone. */
export class Html {
  constructor(readonly markup: string) {}
}

export type Part = Html | string | number | undefined | false | readonly Part[];

/** Markup with parts put in: text is escaped, lists follow one another, `undefined` and `false` are nothing. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(strings.reduce((markup, string, i) => markup + markupOf(parts[i - 1]) + string));
}

function markupOf(part: Part): string {
  if (part instanceof Html) return part.markup;
  if (part === undefined || part === false) return "";
  if (typeof part === "string" || typeof part === "number") return escaped(String(part));
  return part.map(markupOf).join("");
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** In texts and quoted attributes. Control characters, which XML has not even as entities, are shown as �. */
const escaped = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (character) => entities[character]!).replaceAll(/[^\P{Cc}\t\n]/gu, "\ufffd");

/** A picture's bytes as an address. */
export function dataUri(type: "image/jpeg", bytes: Uint8Array): string {
  let binary = "";
  // Arguments of a call are limited.
  for (let i = 0; i < bytes.length; i += 0x8000) binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return `data:${type};base64,${btoa(binary)}`;
}
