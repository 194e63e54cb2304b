// The photos with the greatest losses, and what the network looked at.
import type { TopLoss } from "../../interpret/interpretation.js";
import { dataUri, type Html, html } from "../html.js";
import { lossText, percent } from "../numbers.js";
import type { ReportInput } from "../report-input.js";

export function topLosses({ interpretation }: ReportInput): Html | undefined {
  const { topLosses: shown, withoutHeatMaps } = interpretation;
  if (shown.length === 0) return undefined;
  const hasMaps = shown.some(({ heatMap }) => heatMap);
  return html`<section><h2>Top losses</h2>
<p>The photos that the network is most wrong about, or least sure of: look here first for wrong labels and odd photos.${
    hasMaps &&
    " The picture beside each is its Grad-CAM heat map: the brighter a place, the more it speaks for the predicted class."
  }</p>
${withoutHeatMaps && html`<p class="note">${withoutHeatMaps}</p>`}
<div class="losses">${shown.map(card)}</div></section>`;
}

function card({ name, actual, predicted, loss, probability, probabilityOfActual, photo, heatMap }: TopLoss): Html {
  const isRight = actual === predicted;
  return html`<figure class="${isRight ? "right" : "wrong"}">
<div class="pictures"><img src="${dataUri("image/jpeg", photo)}" alt="${name}: ${actual}">${
    heatMap && html`<img src="${dataUri("image/jpeg", heatMap)}" alt="What speaks for ${predicted} in it">`
  }</div>
<figcaption><strong>${isRight ? html`✓ ${actual}, correctly` : html`✗ ${actual}, taken for ${predicted}`}</strong>
<span>loss ${lossText(loss)} · <i>${predicted} ${percent(probability)}</i>${
    !isRight && html` · <i>${actual} ${percent(probabilityOfActual)}</i>`
  }</span>
<code>${name}</code></figcaption></figure>
`;
}
