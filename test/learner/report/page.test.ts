import { describe, expect, it } from "vitest";
import { reportPage } from "../../../src/learner/report/page.js";
import { labelReportInput, reportInput, valueReportInput } from "../../helpers/cards.js";

const textOf = (page: string) =>
  page
    .replace(/<style>.*<\/style>/s, "")
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll(/\s+/g, " ");

describe("reportPage", () => {
  it("has every section, the result first", () => {
    const page = reportPage(reportInput());
    const titles = [...page.matchAll(/<h([12])>([^<]*)</g)].map(([, , title]) => title);
    expect(titles).toEqual([
      "75.0 % of 4 validation photos are classified correctly, 1 is not",
      "Top losses",
      "Confusion matrix",
      "Classes",
      "Learning curves",
      "Learning-rate range test",
      "What was trained",
      "Photos",
      "How to use the model",
    ]);
    expect(textOf(page)).toContain("Trained on 12 photos, validated on 4 photos. This report is on 4 photos.");
  });

  it("tells of labels and values what there is to tell", () => {
    const titlesOf = (page: string) => [...page.matchAll(/<h2>([^<]*)</g)].map(([, title]) => title);
    const course = [
      "Learning curves",
      "Learning-rate range test",
      "What was trained",
      "Photos",
      "How to use the model",
    ];
    const labels = reportPage(labelReportInput());
    expect(titlesOf(labels)).toEqual(["Top losses", "Labels", "Taken for one another", ...course]);
    expect(labels).toContain("<title>sky, sea, dog: 2 of 4 labels found · training report</title>");
    const values = reportPage(valueReportInput());
    expect(titlesOf(values)).toEqual(["Predicted and actual", "Values", "Top losses", ...course]);
    expect(values).toContain("<title>radius: R² 0.952 · training report</title>");
    for (const page of [labels, values]) expect(page).not.toMatch(/undefined|NaN|\[object/);
  });

  it("needs nothing from elsewhere, and runs no scripts", () => {
    const page = reportPage(reportInput());
    expect(page).toContain(`content="default-src 'none'; img-src data:; style-src 'unsafe-inline'"`);
    expect(page).not.toMatch(/<script|<link|https?:|url\(|@import/i);
    for (const [, address] of page.matchAll(/(?:src|href)="([^"]*)"/g))
      expect(address).toMatch(/^data:image\/jpeg;base64,/);
  });

  it("lets no name act as markup", () => {
    const evil = ['<img src=x onerror="alert(1)">', "</style></title><script>alert(2)</script>"];
    const page = reportPage(reportInput(evil));
    expect(page.match(/<script|<img src=x|onerror="/g)).toBeNull();
    expect(page).toContain("&lt;img src=x onerror=&quot;alert(1)&quot;&gt;");
    expect(page.match(/<\/style>/g)).toHaveLength(1);
  });

  it("says so where nothing is known of the training", () => {
    const page = reportPage({ ...reportInput(), record: undefined });
    expect(textOf(page)).toContain("There is no record of the training");
    expect(page).not.toContain("What was trained");
    expect(page).not.toMatch(/undefined|NaN|\[object/);
  });

  it("is the same for the same input", () => {
    expect(reportPage(reportInput())).toBe(reportPage(reportInput()));
  });
});
