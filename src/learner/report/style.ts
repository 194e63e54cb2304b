// How a report looks: light and dark as the reader's system is, on phones, screens and paper.
import { Html } from "./html.js";

export const styleSheet = new Html(`
:root{color-scheme:light dark;--page:#fff;--card:#f6f8fa;--ink:#1f2328;--muted:#59636e;--edge:#d1d9e0;--a:#0b5cad;--b:#bc4c00;--c:#1a7f37;--good:#2da44e;--bad:#e5534b;--wrong:#b3261e}
@media(prefers-color-scheme:dark){:root{--page:#0d1117;--card:#161b22;--ink:#e6edf3;--muted:#9aa4af;--edge:#30363d;--a:#6cb2ff;--b:#ffa657;--c:#56d364;--good:#2ea043;--bad:#da3633;--wrong:#ff8f86}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;-webkit-text-size-adjust:100%}
main,footer{max-width:66rem;margin:0 auto;padding:0 1.25rem}
header{padding:2rem 0 0}
h1{font-size:clamp(1.5rem,4.5vw,2.25rem);line-height:1.2;margin:.25rem 0 .75rem;text-wrap:balance}
h2{font-size:1.375rem;margin:0 0 .5rem}
h3{font-size:1.0625rem;margin:1.5rem 0 .25rem}
section{margin:2.5rem 0;padding-top:1.5rem;border-top:1px solid var(--edge)}
p{margin:.5rem 0;max-width:44rem;overflow-wrap:anywhere}
.over,.note,footer,caption,.label{color:var(--muted)}
.over{margin:0;font-weight:400;font-size:.9375rem}
footer{padding-bottom:2rem;font-size:.875rem}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(8.5rem,1fr));gap:.75rem;margin:1.25rem 0 0}
.tiles div{background:var(--card);border:1px solid var(--edge);border-radius:.5rem;padding:.625rem .875rem}
dt{color:var(--muted);font-size:.875rem}
dd{margin:0;font-size:1.375rem;font-weight:600;font-variant-numeric:tabular-nums}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr));gap:1rem;margin:1rem 0}
.charts.single{max-width:40rem}
figure{margin:0}
.chart{background:var(--card);border:1px solid var(--edge);border-radius:.5rem;padding:.75rem}
.chart figcaption{font-weight:600;display:flex;flex-wrap:wrap;gap:.25rem 1rem;justify-content:space-between;margin-bottom:.25rem}
.legend{font-weight:400;font-size:.875rem;display:flex;gap:1rem}
.key{width:26px;height:8px;margin-right:.375rem;vertical-align:middle}
.chart>svg{display:block;width:100%;height:auto}
svg text{font:13px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;fill:var(--muted);font-variant-numeric:tabular-nums}
svg .grid{stroke:var(--edge)}
svg .axis,svg .tick{stroke:var(--muted)}
.line{fill:none;stroke-width:2.5;stroke-linejoin:round}
.line.a{stroke:var(--a)}
.line.b{stroke:var(--b);stroke-dasharray:7 4}
.line.c{stroke:var(--c);stroke-dasharray:2 4}
.line.faint{stroke:var(--a);stroke-width:1.2;opacity:.4}
.dot.a{fill:var(--a)}
.dot.b{fill:var(--b)}
.mark{stroke:var(--wrong);stroke-width:1.5;stroke-dasharray:5 4}
svg .marked{fill:var(--wrong);font-weight:600}
.scroll{overflow-x:auto;margin:.75rem 0}
table{border-collapse:collapse;margin:.5rem 0;font-variant-numeric:tabular-nums}
caption{text-align:left;font-size:.875rem;padding-bottom:.25rem}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
th,td{padding:.3125rem .75rem;text-align:right;white-space:nowrap;border-bottom:1px solid var(--edge);font-weight:400}
thead th{color:var(--muted);font-size:.875rem;vertical-align:bottom}
th[scope=row],thead th:first-child,.settings th,.settings td,.pairs th:not(:last-child),.pairs td:nth-child(2){text-align:left}
th:first-child{padding-left:0}
.settings{max-width:52rem;width:100%}
.settings th{color:var(--muted);vertical-align:top;width:14rem;min-width:8rem}
.settings th,.settings td{white-space:normal;overflow-wrap:anywhere}
.confusion{border-collapse:separate;border-spacing:3px}
.confusion th,.confusion td{border:0}
.confusion th.over{text-align:center}
.confusion tbody td{min-width:3.25rem;text-align:center;border-radius:.25rem;padding:.625rem .5rem;background:var(--card)}
.confusion thead tr+tr th{text-align:center}
.confusion thead tr+tr th:first-child{text-align:left}
.confusion.many thead tr+tr th:not(:first-child) span{writing-mode:vertical-rl;transform:rotate(180deg)}
.confusion.many tbody td{min-width:2.25rem;padding:.3125rem .25rem}
.confusion .zero{color:var(--muted)}
.confusion .hit{background:color-mix(in srgb,var(--good) calc(var(--share)*45%),var(--card));font-weight:600}
.confusion .miss{background:color-mix(in srgb,var(--bad) calc(var(--share)*55%),var(--card));font-weight:600}
.grid svg{width:100%;max-width:36rem;background:var(--card);border:1px solid var(--edge)}
rect.hit{fill:var(--good);opacity:var(--share)}
rect.miss{fill:var(--bad);opacity:var(--share)}
.losses{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,19rem),1fr));gap:1rem;margin:1rem 0}
.losses.plain{grid-template-columns:repeat(auto-fill,minmax(min(100%,10rem),1fr))}
.losses figure{background:var(--card);border:1px solid var(--edge);border-radius:.5rem;overflow:hidden;break-inside:avoid}
.pictures{display:flex}
.pictures img{flex:1;min-width:0;width:50%;aspect-ratio:1;object-fit:cover;display:block}
.losses figcaption{padding:.625rem .875rem .75rem;display:grid;gap:.125rem;font-size:.9375rem}
.losses .wrong strong{color:var(--wrong)}
.losses i{font-style:normal;white-space:nowrap}
.losses span{color:var(--muted);font-variant-numeric:tabular-nums}
code{font:.875em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
pre{background:var(--card);border:1px solid var(--edge);border-radius:.5rem;padding:.75rem 1rem;overflow-x:auto;max-width:44rem}
pre code{overflow-wrap:normal}
@media print{body{font-size:11pt}main{max-width:none;padding:0}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}section{break-inside:auto}h2,h3{break-after:avoid}.chart,tr,.tiles div{break-inside:avoid}.losses{grid-template-columns:repeat(3,1fr)}.charts{grid-template-columns:1fr 1fr}.scroll{overflow:visible}pre{white-space:pre-wrap}}
`);
