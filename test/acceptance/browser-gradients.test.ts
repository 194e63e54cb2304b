// Cases of every gradient rule, forward and backward, on WebGPU and on WASM: the numbers that the CPU gives in Node.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { forDevice } from "../../src/learner/engine/for-device.js";
import { targetOpset } from "../../src/onnx/schema.js";
import { writeModel } from "../../src/onnx/write.js";
import { gradients } from "../../src/training-graph/gradients/index.js";
import { gradientsOf, numbersFor } from "../helpers/check-gradient.js";
import { describeChromium, type OpenedPage, openPage } from "../helpers/chromium.js";
import { numbersOf, run } from "../helpers/run-graph.js";
import type { Case } from "../training-graph/gradients/cases/case.js";
import { cases } from "../training-graph/gradients/cases.js";

type Rule = keyof typeof gradients;

interface Sent {
  readonly model: string;
  readonly inputs: readonly (readonly [name: string, shape: readonly number[], data: readonly number[]])[];
}

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
    let results: (sent: readonly Sent[]) => Promise<readonly (readonly (readonly number[])[] | string)[]>;
    beforeAll(async () => {
      const runtime = await opened.page.evaluateHandle(
        ({ createWebRuntime }) => createWebRuntime(),
        await opened.load<typeof import("../../src/runtime/web.js")>("src/runtime/web.ts"),
      );
      results = (sent) =>
        opened.page.evaluate(
          async ({ runtime, sent, device }) => {
            const outcomeOf = async ({ model, inputs }: Sent): Promise<number[][]> => {
              const bytes = Uint8Array.from(atob(model), (character) => character.charCodeAt(0));
              const session = await runtime.createSession(bytes, "a case", { device });
              const feeds = inputs.map(([name, shape, data]) => {
                return [name, { dtype: "float32", shape, data: new Float32Array(data) }] as const;
              });
              const outputs = await session.run(Object.fromEntries(feeds));
              await session.release();
              return session.outputNames.map((name) => Array.from(outputs[name]!.data as ArrayLike<number>, Number));
            };
            const all: (number[][] | string)[] = [];
            for (const one of sent) all.push(await outcomeOf(one).catch((error) => error.message));
            return all;
          },
          { runtime, sent, device },
        );
    });

    it.each(Object.keys(gradients) as Rule[])("%s", async (rule) => {
      const all = sample(cases[rule] as readonly Case[], most[device]).map(([inputs, attributes]) => {
        const whole = gradientsOf(rule, inputs, attributes);
        const model = forDevice({ graph: whole, opsets: { "": targetOpset }, metadata: {} }, device);
        return { model, whole, feeds: numbersFor(rule, whole), attributes };
      });
      const sent = all.map(({ model, feeds }): Sent => {
        const inputs = Object.entries(feeds).map(([name, { shape, data }]) => [name, shape, [...data]] as const);
        return { model: Buffer.from(writeModel(model)).toString("base64"), inputs };
      });
      const found = await results(sent);
      for (const [i, { whole, feeds, attributes }] of all.entries()) {
        const outcome = found[i]!;
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
