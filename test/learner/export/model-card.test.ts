import { describe, expect, it } from "vitest";
import type { LrRange } from "../../../src/learner/engine/training/range.js";
import { validation } from "../../../src/learner/engine/training/validation.js";
import type { CardInput } from "../../../src/learner/export/card-input.js";
import { modelCard } from "../../../src/learner/export/model-card.js";
import { cardInput } from "../../helpers/cards.js";

const input: CardInput = {
  ...cardInput(),
  report: { fits: [], range: undefined, validation: undefined, photos: undefined },
};

const scored = (classes: readonly string[]) =>
  validation(
    { logits: Float32Array.of(2, 1, 0, 3, 0, 1, 1, 1), loss: 0.123456 },
    Int32Array.of(0, 1, 0, 0),
    classes,
    [],
  );

const epoch = (number: number, trainLoss: number) => ({
  epoch: number,
  trainLoss,
  validLoss: 0.5,
  accuracy: 0.98765,
  metrics: {},
  seconds: 1.234,
});

const range: LrRange = {
  curve: { lrs: [], losses: [], smoothed: [], beta: 0.9, steps: 100, stopped: "end" },
  runs: [],
  suggestion: {
    lr: 0.01,
    rule: "lesson",
    reason: "0.01 is the largest rate.",
    rules: { lesson: 0.01, valley: null, steep: null, minimum: null, slide: null },
    warnings: [],
  },
};

/** The card of the input with these parts otherwise. */
const cardOf = ({ pretrained, report, ...rest }: Record<string, object> = {}): string =>
  modelCard({
    ...input,
    ...rest,
    pretrained: { ...input.pretrained, ...pretrained },
    report: { ...input.report, ...report },
  });

const linesWith = (card: string, text: string): string[] => card.split("\n").filter((line) => line.includes(text));

describe("modelCard", () => {
  it("tells what was trained on what, and how", () => {
    const card = cardOf({ report: { photos: { train: 600, valid: 200, skipped: 3 } } });
    expect(card).toContain("# 2 classes on tiny-net\n");
    expect(card).toContain("## Classes\n\n`cat`, `dog`\n");
    expect(card).toContain("- Pretrained network: tiny-net (Apache-2.0)\n");
    expect(card).toContain("it is so");
    expect(card).toContain("- Preparation of the photos: the registry says so of tiny-net\n");
    expect(card).toContain("- Photos: 600 to train on, 200 to validate on, 3 skipped\n");
    // Settings are told as in reports, see settings.test.ts.
    expect(card).toContain(
      "- Optimizer: SGD, momentum 0.8 where a schedule sets no other, weight decay 0\n- Loss: cross-entropy\n",
    );
    expect(card).toContain("- Batch size: 16\n- Seed: 7\n");
    const loss = { name: "cross-entropy", labelSmoothing: 0, classWeights: { a_b: 2 } };
    expect(cardOf({ spec: { ...input.spec, loss } })).toContain("weights of classes: a\\_b 2\n");
  });

  it("counts in the singular too", () => {
    expect(cardOf({ classes: ["age"], task: "regression" as never })).toContain("# 1 value on tiny-net\n");
  });

  it("tells what the head is made of", () => {
    const headed = (hidden: number[]) =>
      cardOf({ spec: { ...input.spec, head: { kind: "mlp", hidden, dropout: 0.5, pool: "concat" } } });
    expect(cardOf()).toContain("under a new linear head trained by");
    expect(headed([512])).toContain("a new head with a hidden layer trained");
    expect(headed([512])).toContain("- Head: 1 hidden layer (512) with batch normalisation and dropout 0.5\n");
    expect(headed([64, 32])).toContain("a new head with 2 hidden layers trained");
  });

  it("begins with front matter and nothing else", () => {
    expect(cardOf().split("\n").slice(0, 6)).toEqual([
      "---",
      "license: apache-2.0",
      "library_name: transformers.js",
      "pipeline_tag: image-classification",
      "---",
      "",
    ]);
  });

  it("leaves out what there is not", () => {
    const card = cardOf({ pretrained: { licence: undefined } });
    for (const absent of ["license:", "| epoch", "Results", "range test", "lr-find.svg", "Photos:", "undefined", "NaN"])
      expect(card).not.toContain(absent);
    expect(card).toContain("- Pretrained network: tiny-net\n");
  });

  it("lists every epoch of every fit as fast.ai does", () => {
    const groups = [{ name: "head", lr: 0.01 }];
    const fits = [
      { call: "fitOneCycle(2, 0.01)", planned: 2, groups, epochs: [epoch(0, 1.23456), epoch(1, 0.5)] },
      { call: "fit(3, 0.001)", planned: 3, groups, epochs: [epoch(2, 0.25)] },
    ];
    const card = cardOf({ report: { fits } });
    expect(card).toContain("- Trained by `fitOneCycle(2, 0.01)`\n- Trained by `fit(3, 0.001)`, ended after 1 epoch\n");
    expect(card).toContain(
      [
        "| epoch | train_loss | valid_loss | accuracy | time |",
        "| ---: | ---: | ---: | ---: | ---: |",
        "| 0 | 1.2346 | 0.5000 | 98.8 % | 1.23 s |",
        "| 1 | 0.5000 | 0.5000 | 98.8 % | 1.23 s |",
        "| 2 | 0.2500 | 0.5000 | 98.8 % | 1.23 s |",
        "",
      ].join("\n"),
    );
  });

  it("says what was trained besides the head, and how fast", () => {
    const head = { name: "head", lr: 0.005 };
    const fitOf = (...groups: { name: string; lr: number }[]) => ({
      call: "fit(1, 0.005)",
      planned: 1,
      groups,
      epochs: [],
    });
    const [frozen, unfrozen] = [fitOf(head), fitOf({ name: "blocks_1|2", lr: 5e-5 }, head)];
    expect(cardOf({ report: { fits: [frozen] } })).toContain(
      "a pretrained network, kept as it was, under a new linear",
    );
    const card = cardOf({ report: { fits: [frozen, unfrozen] } });
    expect(card).toContain("a pretrained network, trained further, under a new linear head trained by [regraft]");
    expect(linesWith(card, "- Trained by")).toEqual([
      "- Trained by `fit(1, 0.005)`, ended after 0 epochs",
      "- Trained by `fit(1, 0.005)`, ended after 0 epochs, rates by layer group: blocks\\_1\\|2 up to 5e-5, head up to 0.005",
    ]);
  });

  it("says so where batch normalisations of trained layers went by the batch", () => {
    const spec = { ...input.spec, batchNorm: "trained" } as const;
    const said = "- Batch normalisations of trained layers: by the statistics of each batch";
    const groups = [
      { name: "7×7", lr: 5e-5 },
      { name: "head", lr: 0.005 },
    ];
    const fitOf = (first: number) => ({ call: "fit(1, 0.005)", planned: 1, groups: groups.slice(first), epochs: [] });
    expect(cardOf({ spec, report: { fits: [fitOf(1), fitOf(0)] } })).toContain(said);
    expect(cardOf({ spec, report: { fits: [fitOf(1)] } })).not.toContain(said);
    expect(cardOf({ report: { fits: [fitOf(0)] } })).not.toContain(said);
  });

  it("scores every class", () => {
    const card = cardOf({ report: { validation: scored(["cat", "dog"]) } });
    // Of three cats two are found and nothing else is called one; the dog is found, and so is a cat.
    expect(card).toContain("Accuracy 75.0 %, loss 0.1235.\n");
    expect(card).toContain("| cat | 3 | 66.7 % | 100.0 % | 0.800 |\n| dog | 1 | 100.0 % | 50.0 % | 0.667 |\n");
  });

  it("shows the range test", () => {
    const section =
      "## Learning-rate range test\n\n0.01 is the largest rate.\n\n![Loss against learning rate](lr-find.svg)\n";
    expect(cardOf({ report: { range } })).toContain(section);
  });

  it("says when the model type is nominal", () => {
    expect(cardOf()).not.toContain("nominal");
    expect(cardOf({ pretrained: { modelType: undefined } })).toContain("`model_type` in `config.json` is nominal");
  });

  it("gives the same for the same, and ends with one line break", () => {
    expect(cardOf()).toBe(cardOf());
    expect(cardOf()).toMatch(/[^\n]\n$/);
  });
});

describe("names that would act as Markdown or HTML", () => {
  it.each([
    ["a|b", "`a|b`", "a\\|b"],
    ["a\\|b", "`a\\|b`", "a\\\\\\|b"],
    ["a`b", "`` a`b ``", "a\\`b"],
    ["``", "``` `` ```", "\\`\\`"],
    ["a\n---\nb", "`a --- b`", "a --- b"],
    ["a\r\n\u2028| b", "`a | b`", "a \\| b"],
    ["<b>&amp;", "`<b>&amp;`", "\\<b\\>\\&amp;"],
    ["<!-- ", "`<!-- `", "\\<!-- "],
    ["[x](y)", "`[x](y)`", "\\[x\\](y)"],
    ["ankle_boot*", "`ankle_boot*`", "ankle\\_boot\\*"],
    ["a\u0000\u001b[1mb", "`a [1mb`", "a \\[1mb"],
    ["größe 大", "`größe 大`", "größe 大"],
  ])("stay what they are: %j", (name, asCode, asCell) => {
    const classes = [name, "dog"];
    const plain = cardOf({ report: { validation: scored(["cat", "dog"]) } });
    const card = cardOf({ classes, report: { validation: scored(classes) } });
    expect(card.split("\n")).toHaveLength(plain.split("\n").length);
    expect(card).toContain(`\n\n${asCode}, \`dog\`\n\n`);
    expect(linesWith(card, "| 3 | 66.7 %")).toEqual([`| ${asCell} | 3 | 66.7 % | 100.0 % | 0.800 |`]);
  });

  it("have no way into the front matter", () => {
    for (const licence of ["mit\nevil: yes", "mit\n---\n# evil", "see: file", "[a", "# x", "'", "-"]) {
      const card = cardOf({ pretrained: { licence } });
      expect(card.split("\n").slice(0, 4)).toEqual([
        "---",
        "library_name: transformers.js",
        "pipeline_tag: image-classification",
        "---",
      ]);
    }
    expect(cardOf({ pretrained: { licence: "BSD-3-Clause" } })).toContain("\nlicense: bsd-3-clause\n");
  });

  it("are harmless as a model's file name, its nodes' names and its licence", () => {
    const evil = "a\n# b <script> `c`";
    const reason = `Gemm "${evil}" is the last`;
    const network = { ...input.network, cut: { ...input.network.cut, reason } };
    const card = cardOf({ pretrained: { title: evil, licence: evil }, network });
    const safe = "a \\# b \\<script\\> \\`c\\`";
    expect(linesWith(card, "script")).toEqual([
      `# 2 classes on ${safe}`,
      `- Pretrained network: ${safe} (${safe})`,
      `- Cut: Gemm "${safe}" is the last`,
    ]);
  });
});
