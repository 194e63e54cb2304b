import { expect, it } from "vitest";
import { photos, training, usage } from "../../../../src/learner/report/sections/training.js";
import { headFit, reportInput } from "../../../helpers/cards.js";

it("training tells each fit, its rates by layer group, and the settings", () => {
  const { markup } = training(reportInput())!;
  expect(markup).toContain("<code>fitOneCycle(2, 0.0059)</code> trained the head alone, at rates up to 0.0059.");
  expect(markup).toContain("<code>fit(3, [1e-5,0.001])</code> trained 2 layer groups. It ended after 1 epoch.");
  expect(markup).toContain('<tr><th scope="row">8×8</th><td>1e-5</td></tr>');
  expect(markup).toContain('<tr><th scope="row">Batch size</th><td>16</td></tr>');
  expect(training({ ...reportInput(), record: undefined })).toBeUndefined();
});

it("training tells why a fit ended early, and which epoch's weights it went back to", () => {
  const input = reportInput();
  const tracked = { monitor: "validLoss", best: 1, isStopped: true, isRestored: true };
  const told = (by: object) =>
    training({
      ...input,
      record: { ...input.record!, fits: [{ ...headFit, planned: 5, tracked: { ...tracked, ...by } }] },
    })!.markup;
  expect(told({})).toContain(
    "It ended after 2 epochs, as the validation loss got no better. Its last weights are those of epoch 1, the best by the " +
      "validation loss.",
  );
  expect(told({ monitor: "macroF1", isStopped: false })).toContain(
    "It ended after 2 epochs. Its last weights are those of epoch 1, the best by the macroF1.",
  );
  expect(told({ isRestored: false })).not.toContain("weights");
});

it("photos counts them, and names those that were skipped with the reason", () => {
  expect(photos(reportInput()).markup).toContain("1 photo could not be read:");
  expect(photos(reportInput()).markup).toContain("<code>valid/cat/broken.jpg</code></th><td>it is empty</td>");
  const many = Array.from({ length: 60 }, (_, i) => ({ image: `${i}.jpg`, reason: "it is empty" }));
  expect(photos({ ...reportInput(), skipped: many }).markup).toContain("And 10 more.");
  expect(photos({ ...reportInput(), skipped: [] }).markup).toContain("All could be read.");
});

it("usage names the folder of an export, and what predictions of its task have", () => {
  const { record } = reportInput();
  const written = usage({ task: "single-label", model: "pets", record }).markup;
  expect(written).toContain("npx regraft predict pets photo.jpg");
  expect(written).toContain("const { label, probability } = await");
  // A learner's report comes before there is a folder.
  const own = usage({ task: "multi-label", model: "tiny-net", record }).markup;
  expect(own).toContain("loadClassifier(&quot;my-model&quot;)");
  expect(own).toContain("const { labels, scores } = await");
  expect(usage({ task: "regression", model: "ages", record: undefined }).markup).toContain("const { values } = await");
});
