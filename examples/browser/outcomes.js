// Shows what the library's calls gave.
import { byId, count, element, percent } from "./dom.js";

/** Fewer photos to validate on make an accuracy of which each photo moves whole per cents. */
const fewPhotos = 30;
const mostNamed = 100;
const mostEpochs = 100;

/** Fewer steps teach a new classifier little. */
const fewSteps = 40;

export function showPrepared({ model, classes, reasons, notices }, { train, valid, skipped, stepsPerEpoch }) {
  byId("epochs").value = Math.max(5, Math.ceil(fewSteps / stepsPerEpoch));
  byId("steps").textContent =
    `An epoch goes through the ${count(train, "photo")} once, up to 64 at a time: ${count(stepsPerEpoch, "step")}.`;
  byId("prepared-photos").textContent = `${train} to train on, ${valid} to validate on, in ${classes.length} classes`;
  byId("network").textContent = [model, ...notices].join(". ");
  byId("device").textContent = reasons.device;
  const few = byId("few-photos");
  few.hidden = valid >= fewPhotos;
  few.textContent =
    `Only ${count(valid, "photo")} to validate on: each is worth ${percent(1 / valid)} of the accuracy below. ` +
    "Add photos for a figure to rely on.";
  const details = byId("skipped");
  details.hidden = skipped.length === 0;
  details.querySelector("summary").textContent = `${count(skipped.length, "photo was", "photos were")} skipped`;
  details
    .querySelector("ul")
    .replaceChildren(
      ...skipped.slice(0, mostNamed).map(({ image, reason }) => element("li", {}, `${image}: ${reason}`)),
      ...(skipped.length > mostNamed ? [element("li", {}, `and ${skipped.length - mostNamed} more`)] : []),
    );
}

/** The curve as a picture: as a part of the page it would bring styles along, which the page's policy refuses. */
export async function showRange({ suggestion: { lr, reason, warnings } }, svg) {
  const picture = byId("curve");
  URL.revokeObjectURL(picture.src);
  picture.src = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  picture.alt = `Loss over the learning rate. ${reason}`;
  byId("suggestion").textContent = lr === null ? `No suggestion. ${reason}` : reason;
  byId("rate-warnings").replaceChildren(...warnings.map((warning) => element("li", {}, warning)));
  await picture.decode();
}

const rightOf = (accuracy, valid) => `${Math.round(accuracy * valid)} of ${valid}`;

/** @param history all epochs so far; those that are shown already stay as they are. */
export function showEpochs(history, valid) {
  const [body] = byId("epoch-table").tBodies;
  const last = Number(body.lastElementChild?.firstElementChild.textContent ?? 0);
  if (last > history.length) body.replaceChildren();
  const fresh = history.slice(Math.max(last > history.length ? 0 : last, history.length - mostEpochs));
  body.append(...fresh.map((epoch) => rowOf(epoch, valid)));
  while (body.childElementCount > mostEpochs) body.firstElementChild.remove();
  const earlier = byId("earlier-epochs");
  earlier.hidden = history.length <= mostEpochs;
  earlier.textContent = `The last ${mostEpochs} of ${history.length} epochs.`;
}

function rowOf({ epoch, trainLoss, validLoss, accuracy }, valid) {
  const cells = [epoch + 1, trainLoss.toFixed(4), validLoss.toFixed(4), rightOf(accuracy, valid), percent(accuracy, 1)];
  return element("tr", {}, ...cells.map((text) => element("td", {}, String(text))));
}

export function showVerdict({ accuracy, perClass }, valid) {
  const [low, high] = likely(accuracy, valid);
  byId("verdict").replaceChildren(
    element(
      "p",
      { className: "result" },
      element("strong", {}, `${rightOf(accuracy, valid)} validation photos right`),
      ` (${percent(accuracy, 1)})`,
    ),
    element(
      "p",
      { className: "hint" },
      `Of other photos like these, ${percent(low)} to ${percent(high)} may come out right: ` +
        `${count(valid, "photo does", "photos do")} not tell more.`,
    ),
    element(
      "ul",
      { className: "per-class" },
      ...perClass.map(({ label, recall, count }) =>
        element("li", {}, element("span", {}, label), element("span", {}, rightOf(recall, count))),
      ),
    ),
  );
}

/** Wilson's interval, 95 %: what the share may be of which `n` photos are a sample. */
function likely(share, n) {
  const z2 = 1.96 ** 2;
  const centre = (share + z2 / (2 * n)) / (1 + z2 / n);
  const half = Math.sqrt((z2 * share * (1 - share)) / n + (z2 / (2 * n)) ** 2) / (1 + z2 / n);
  return [Math.max(0, centre - half), Math.min(1, centre + half)];
}

export function showScores(scores) {
  byId("scores").replaceChildren(
    ...scores.slice(0, 10).map(({ label, probability }) => {
      const bar = element("span", { className: "bar" });
      bar.style.setProperty("--share", probability);
      return element(
        "li",
        {},
        element("span", { className: "label" }, label),
        bar,
        element("span", { className: "figure" }, percent(probability, 1)),
      );
    }),
  );
}
