// Line charts as SVG in a page: coloured by its style sheet, so that they are light or dark as it is.
import type { Axis } from "./axis.js";
import { type Html, html } from "./html.js";

export interface Line {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** Of the style sheet: "a", "b" and "c" are told apart by colour and dash, "faint" stands back. */
  readonly look: "a" | "b" | "c" | "faint";
  /** Marks its points, as where there are few. */
  readonly dots?: boolean;
  /** Points that nothing leads from one to the other. */
  readonly only?: "dots";
}

export interface Chart {
  readonly title: string;
  /** What is to be seen, for those who do not see it. */
  readonly description: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly lines: readonly Line[];
  /** Upright lines, with words at them. */
  readonly marks?: readonly { readonly x: number; readonly text: string }[];
  /** Whether the lines' names are told where there are several; default true. */
  readonly legend?: boolean;
}

const [width, height] = [480, 280];
const plot = { left: 76, right: 468, top: 12, bottom: 228 };

export function chart({ title, description, x, y, lines, marks = [], legend = true }: Chart): Html {
  const across = (value: number): number => round(plot.left + part(value, x) * (plot.right - plot.left));
  const up = (value: number): number => round(plot.bottom - part(value, y) * (plot.bottom - plot.top));
  const named = lines.filter(({ look }, i) => look !== "faint" || lines.findIndex((line) => line.look === look) === i);
  return html`<figure class="chart">
<figcaption>${title}${
    legend &&
    named.length > 1 &&
    html`<span class="legend">${named.map(
      ({ name, look }) =>
        html`<span><svg class="key" viewBox="0 0 26 8" aria-hidden="true"><path class="line ${look}" d="M0 4H26"/></svg>${name}</span>`,
    )}</span>`
  }</figcaption>
<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${description}">
${y.ticks.map(
  ({ value, text }) => html`<path class="grid" d="M${plot.left} ${up(value)}H${plot.right}"/>
<text x="${plot.left - 8}" y="${up(value) + 4}" text-anchor="end">${text}</text>
`,
)}${x.ticks.map(
  ({ value, text }) => html`<path class="tick" d="M${across(value)} ${plot.bottom}v5"/>
<text x="${across(value)}" y="${plot.bottom + 20}" text-anchor="middle">${text}</text>
`,
)}<path class="axis" d="M${plot.left} ${plot.bottom}H${plot.right}"/>
<text class="label" x="${(plot.left + plot.right) / 2}" y="${height - 8}" text-anchor="middle">${x.label}</text>
<text class="label" transform="translate(14 ${(plot.top + plot.bottom) / 2}) rotate(-90)" text-anchor="middle">${y.label}</text>
${lines.map(({ points, look, dots, only }) => {
  const shown = points.filter(([, value]) => value >= y.min && value <= y.max);
  const path = !only && runs(points, y, ([at, value]) => `${across(at)} ${up(value)}`);
  return html`${path && html`<path class="line ${look}" d="${path}"/>`}${
    (dots || only) &&
    shown.map(
      ([at, value]) => html`<circle class="dot ${look}" cx="${across(at)}" cy="${up(value)}" r="${only ? 3 : 4}"/>`,
    )
  }
`;
})}${marks.map(({ x: at, text }) => {
  const isLeft = part(at, x) > 0.6;
  return html`<path class="mark" d="M${across(at)} ${plot.top}V${plot.bottom}"/>
<text class="marked" x="${across(at) + (isLeft ? -6 : 6)}" y="${plot.top + 12}" text-anchor="${isLeft ? "end" : "start"}">${text}</text>
`;
})}</svg>
</figure>`;
}

/** From 0 at the axis' beginning to 1 at its end. */
function part(value: number, { min, max, log }: Axis): number {
  return log ? Math.log(value / min) / Math.log(max / min) : (value - min) / (max - min);
}

type Point = Line["points"][number];

/** A path through the points that the chart has room for: one that leaves it ends at its edge. */
function runs(points: readonly Point[], { min, max }: Axis, placed: (point: Point) => string): string {
  let path = "";
  let before: Point | undefined;
  for (const [x, y] of points) {
    if (!Number.isFinite(y)) {
      before = undefined;
      continue;
    }
    const clipped: Point = [x, Math.min(Math.max(y, min), max)];
    const isOutside = clipped[1] !== y && (before === undefined || before[1] === clipped[1]);
    if (!isOutside) path += `${before ? "L" : "M"}${placed(clipped)}`;
    else if (before) path += `M${placed(clipped)}`;
    before = clipped;
  }
  return path;
}

const round = (value: number): number => Math.round(10 * value) / 10;
