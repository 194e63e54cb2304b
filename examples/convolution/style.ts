// What the lesson's page has beside a report's style sheet.
import { Html } from "../../src/learner/report/html.js";

export const lessonStyle = new Html(`
.maps{display:grid;gap:1rem;grid-template-columns:repeat(auto-fill,minmax(9rem,1fr));margin:1rem 0}
.maps.large{grid-template-columns:repeat(auto-fit,minmax(min(100%,12rem),16rem))}
.maps.wide{grid-template-columns:repeat(auto-fit,minmax(10rem,1fr))}
.map img{display:block;width:100%;image-rendering:pixelated;border-radius:.25rem}
.map figcaption{color:var(--muted);font-size:.875rem;margin-top:.375rem}
.frame{background:var(--card);border:1px solid var(--edge);border-radius:.25rem}
.kernels{display:grid;gap:1.25rem;grid-template-columns:repeat(auto-fill,minmax(min(100%,19rem),1fr));margin:1rem 0}
.kernel{display:grid;grid-template-columns:9rem 1fr;gap:1rem;background:var(--card);border:1px solid var(--edge);border-radius:.5rem;padding:.875rem}
.kernel h3{margin:0}
.kernel{align-content:start}
.kernel p{font-size:.9375rem;grid-column:1/-1;margin:0}
.matrix{border-collapse:collapse;margin:.25rem 0}
.matrix td{border:1px solid var(--edge);padding:.125rem .5rem;text-align:right;min-width:2.5rem}
.by-hand{display:flex;flex-wrap:wrap;align-items:center;gap:.75rem;font-size:1.125rem;margin:1rem 0}
.formula{font-size:1.25rem;padding-left:1rem}
.pairs-grid{display:grid;gap:.75rem;grid-template-columns:repeat(auto-fill,minmax(8.5rem,1fr));margin:1rem 0}
.pair{display:grid;grid-template-columns:1fr 3fr;gap:.375rem;align-items:center}
.pair img{display:block;width:100%;border-radius:.125rem}
.row{display:grid;gap:.375rem;grid-template-columns:repeat(8,1fr);margin:.25rem 0}
.row img{display:block;width:100%;border-radius:.125rem}
.pixels{image-rendering:pixelated}
@media(max-width:30rem){.row{grid-template-columns:repeat(4,1fr)}}
`);
