// Cases of every gradient rule, forward and backward, on WebGPU and on WASM: the numbers that the CPU gives in Node.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loweredFor } from "../../src/learner/engine/device/lowered-for.js";
import type { Model } from "../../src/onnx/graph.js";
import { targetOpset } from "../../src/onnx/schema.js";
import { gradients } from "../../src/training-graph/gradients/index.js";
import { gradientsOf, numbersFor } from "../helpers/check-gradient.js";
import { describeChromium, type OpenedPage, openPage } from "../helpers/chromium.js";
import { pageSessions } from "../helpers/page-sessions.js";
import { type Feeds, numbersOf, run } from "../helpers/run-graph.js";
import type { Case } from "../training-graph/gradients/cases/case.js";
import { cases } from "../training-graph/gradients/cases.js";

type Rule = keyof typeof gradients;

/** What WebGPU's kernels refuse, as no network on photos that we know of asks for it. */
const missing: Partial<Record<Rule, RegExp>> = {
  Conv: /Only Conv2d or Conv1d are supported/,
  ConvTranspose: /Only Conv2d or Conv1d are supported/,
  Dropout: /Provider type for Dropout node/,
  LayerNormalization: /Size of scale and bias/,
  MaxPool: /Only Conv2d or Conv1d are supported/,
  Resize: /antialias attribute of Resize operator is NOT implemented/,
};
const none = /^$/;

/** Cases of a rule. Every shader has to be compiled; WASM has the kernels that all cases are run on in Node. */
const most = { webgpu: 40, wasm: 10 } as const;

/** Some of them, from all over the list, the first and the last among them. */
const sample = <T>(all: readonly T[], count: number): readonly T[] =>
  all.length <= count
    ? all
    : Array.from({ length: count }, (_, i) => all[Math.round((i * (all.length - 1)) / (count - 1))]!);

describeChromium("gradient rules in a browser", () => {
  let opened: OpenedPage;
  beforeAll(async () => {
    opened = await openPage({ webgpu: true });
  });
  afterAll(() => opened?.close());

  describe.each(["webgpu", "wasm"] as const)("on %s", (device) => {
    let open: Awaited<ReturnType<typeof pageSessions>>;
    beforeAll(async () => {
      open = await pageSessions(opened, device);
    });

    /** The outputs in their order, or why there are none. */
    const outcomeOf = async (model: Model, feeds: Feeds): Promise<readonly (readonly number[])[] | string> => {
      try {
        const session = await open(model, "a case");
        const outputs = await session.run(feeds);
        await session.release();
        return model.graph.outputs.map(({ name }) => numbersOf(outputs[name]!));
      } catch (error) {
        return (error as Error).message;
      }
    };

    it.each(Object.keys(gradients) as Rule[])("%s", async (rule) => {
      const all = sample(cases[rule] as readonly Case[], most[device]).map(([inputs, attributes]) => {
        const whole = gradientsOf(rule, inputs, attributes);
        const model = loweredFor({ graph: whole, opsets: { "": targetOpset }, metadata: {} }, device);
        return { model, whole, feeds: numbersFor(rule, whole), attributes };
      });
      for (const [i, { model, whole, feeds, attributes }] of all.entries()) {
        const outcome = await outcomeOf(model, feeds);
        if (typeof outcome === "string") {
          expect(outcome).toMatch(device === "webgpu" ? (missing[rule] ?? none) : none);
          continue;
        }
        const expected = (await run(whole, feeds)).map(numbersOf);
        for (const [k, values] of expected.entries()) {
          const message = `output ${k} of case ${i}, ${JSON.stringify(attributes)}`;
          expect(outcome[k], message).toHaveLength(values.length);
          const scale = Math.max(1, ...values.map(Math.abs));
          const difference = values.map((value, at) => Math.abs(value - outcome[k]![at]!) / scale);
          expect(Math.max(0, ...difference), message).toBeLessThan(1e-5);
        }
      }
    });
  });
});
