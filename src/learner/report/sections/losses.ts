// The photos with the greatest losses, and what the network looked at.
import { dataUri, type Html, html } from "../html.js";
import { enumerated, lossText, percent, valueText } from "../numbers.js";
import type { ReportInput } from "../report-input.js";

interface Card {
  readonly name: string;
  readonly photo: Uint8Array;
  /** Undefined where there is no right and wrong. */
  readonly isRight?: boolean;
  readonly verdict: string;
  readonly numbers: Html;
  readonly alt: string;
  readonly heatMap?: { readonly picture: Uint8Array; readonly alt: string } | undefined;
}

export function topLosses({ interpretation }: ReportInput): Html | undefined {
  const { topLosses: shown, withoutHeatMaps } = interpretation;
  const cards = shown.map(
    ({ name, actual, predicted, loss, probability, probabilityOfActual, photo, heatMap }): Card => {
      const isRight = actual === predicted;
      return {
        ...{ name, photo, isRight, alt: `${name}: ${actual}` },
        verdict: isRight ? `${actual}, correctly` : `${actual}, taken for ${predicted}`,
        numbers: html`loss ${lossText(loss)} · <i>${predicted} ${percent(probability)}</i>${
          !isRight && html` · <i>${actual} ${percent(probabilityOfActual)}</i>`
        }`,
        heatMap: heatMap && { picture: heatMap, alt: `What speaks for ${predicted} in it` },
      };
    },
  );
  const meaning =
    "The photos that the network is most wrong about, or least sure of: look here first for wrong labels and odd photos.";
  return section(cards, { meaning, seenFor: "the predicted class", withoutHeatMaps });
}

export function labelLosses({ interpretation }: ReportInput<"multi-label">): Html | undefined {
  const { topLosses: shown, withoutHeatMaps } = interpretation;
  const cards = shown.map(({ name, actual, predicted, loss, label, probability, photo, heatMap }): Card => {
    const missed = actual.filter((one) => !predicted.includes(one));
    const wrong = predicted.filter((one) => !actual.includes(one));
    const mistakes = [
      ...(missed.length > 0 ? [`${enumerated(missed)} missed`] : []),
      ...(wrong.length > 0 ? [`${enumerated(wrong)} said wrongly`] : []),
    ];
    return {
      ...{ name, photo, isRight: mistakes.length === 0, alt: `${name}: ${enumerated(actual) || "no label"}` },
      verdict: mistakes.join("; ") || `${enumerated(actual) || "no label"}, correctly`,
      numbers: html`loss ${lossText(loss)} · <i>has ${enumerated(actual) || "no label"}</i> · most of it: <i>${label} ${percent(probability)}</i>`,
      heatMap: heatMap && { picture: heatMap, alt: `What speaks for ${label} in it` },
    };
  });
  const meaning =
    "The photos that the network is most wrong about, or least sure of: look here first for labels that are missing or wrong.";
  return section(cards, { meaning, seenFor: "the label that most of the loss is from", withoutHeatMaps });
}

export function valueLosses({ interpretation }: ReportInput<"regression">): Html | undefined {
  const cards = interpretation.topLosses.map(({ name, actual, predicted, loss, photo }): Card => {
    const names = Object.keys(actual);
    const alone = names.length === 1;
    const said = (value: string): string =>
      `${alone ? "" : `${value} `}${valueText(predicted[value]!)} instead of ${valueText(actual[value]!)}`;
    return {
      ...{ name, photo },
      alt: `${name}: ${names.map((one) => `${one} ${valueText(actual[one]!)}`).join(", ")}`,
      verdict: names.slice(0, mostValues).map(said).join("; "),
      numbers: html`loss ${lossText(loss)}${names.length > mostValues && ` · and ${names.length - mostValues} more values`}`,
    };
  });
  const meaning =
    "The photos that the network is furthest off on, by the squared error in relation to a value's variance: look here first for wrong numbers and odd photos.";
  return section(cards, { meaning });
}

const mostValues = 4;

interface Words {
  readonly meaning: string;
  /** What the heat maps show the places of. */
  readonly seenFor?: string;
  readonly withoutHeatMaps?: string | undefined;
}

function section(cards: readonly Card[], { meaning, seenFor, withoutHeatMaps }: Words): Html | undefined {
  if (cards.length === 0) return undefined;
  const hasMaps = cards.some(({ heatMap }) => heatMap);
  return html`<section><h2>Top losses</h2>
<p>${meaning}${hasMaps && ` The picture beside each is its Grad-CAM heat map: the brighter a place, the more it speaks for ${seenFor!}.`}</p>
${withoutHeatMaps && html`<p class="note">${withoutHeatMaps}</p>`}
<div class="losses${!hasMaps && " plain"}">${cards.map(figure)}</div></section>`;
}

function figure({ name, photo, isRight, verdict, numbers, alt, heatMap }: Card): Html {
  const [look, mark] = isRight === undefined ? ["", ""] : isRight ? ["right", "✓ "] : ["wrong", "✗ "];
  return html`<figure class="${look}">
<div class="pictures"><img src="${dataUri("image/jpeg", photo)}" alt="${alt}">${
    heatMap && html`<img src="${dataUri("image/jpeg", heatMap.picture)}" alt="${heatMap.alt}">`
  }</div>
<figcaption><strong>${mark}${verdict}</strong>
<span>${numbers}</span>
<code>${name}</code></figcaption></figure>
`;
}
