import { afterEach, describe, expect, it } from "vitest";
import { imageList } from "../../../src/datasets/image-list.js";
import { RegraftError } from "../../../src/errors.js";
import type { CallContext } from "../../../src/learner/border/channel.js";
import { LearnerState } from "../../../src/learner/engine/learner-state.js";
import { toSpec } from "../../../src/learner/options.js";
import { float32, int32, type Tensor } from "../../../src/tensor.js";
import { colourItems, tinyPlatform } from "../../helpers/tiny-platform.js";

const context: CallContext = { signal: new AbortController().signal, emit: () => {} };
const states: LearnerState[] = [];
afterEach(async () => {
  for (const state of states.splice(0)) await state.close();
});

async function open(): Promise<LearnerState> {
  const state = new LearnerState(tinyPlatform());
  states.push(state);
  await state.open(toSpec({ model: "tiny", data: imageList(colourItems(4)), device: "cpu" }), context);
  return state;
}

const assertNever = (name: string): never => {
  throw new Error(`${name} was refused`);
};

describe("LearnerState", () => {
  it("begins at the head's start, before any epoch", async () => {
    const { position, learnt, divided } = await open();
    expect(position.epoch).toBe(0);
    expect(Object.values(position.state).every(({ data }) => (data as Float32Array).every((x) => x === 0))).toBe(true);
    expect(learnt).toEqual({});
    expect(divided.boundary.first).toBe(1);
  });

  it("reads the photos once as long as the network is divided where it is", async () => {
    const state = await open();
    const rows = await state.rows(context);
    expect([rows.train.count, rows.valid.count]).toEqual([9, 3]);
    expect(await state.rows(context)).toBe(rows);
    await state.freezeTo(1, context.signal);
    expect(await state.rows(context)).toBe(rows);
  });

  it("is put elsewhere only if its weights are of there", async () => {
    const state = await open();
    const { boundary } = state.divided;
    const position = { state: state.position.state, epoch: 4, step: 2 };
    const beforeFit = { state: { ...position.state }, epoch: 1, step: 6 };
    const there = { frozen: 1, learnt: {}, position, beforeFit, best: position.state };
    await state.restore(there, context.signal, (name) => assertNever(name));
    expect([state.position, state.best]).toEqual([position, position.state]);
    // Nothing was learnt below, so nothing is opened anew.
    expect(state.divided.boundary).toBe(boundary);
    state.undoFit();
    expect([state.position, state.best]).toEqual([beforeFit, undefined]);
    expect(state.position.state).toBe(beforeFit.state);
    await state.restore(there, context.signal, (name) => assertNever(name));
    const { "classifier.bias": _, ...fewer } = position.state;
    const refuse = (name: string) => new RegraftError("invalid-checkpoint", { source: name, reason: "" }, name);
    const { data, shape } = position.state["classifier.bias"] as Tensor<"float32">;
    const other = (tensor: Tensor) => ({ ...position.state, "classifier.bias": tensor });
    for (const wrong of [fewer, other(int32([...shape], new Int32Array(data.length))), other(float32([1, ...shape]))])
      for (const lacking of [
        { ...there, position: { ...position, state: wrong } },
        { ...there, beforeFit: { ...beforeFit, state: wrong } },
        { ...there, best: wrong },
      ])
        await expect(state.restore(lacking, context.signal, refuse)).rejects.toThrow("classifier.bias");
    expect(state.position).toEqual(position);
  });

  it("goes back to its best epoch, and counts on", async () => {
    const state = await open();
    const best = { ...state.position.state };
    state.best = best;
    state.position = { state: {}, epoch: 7, step: 1 };
    state.restoreBest();
    expect(state.position).toEqual({ state: best, epoch: 7, step: 1 });
    state.restoreBest();
    expect(state.position.state).toBe(best);
  });

  it("holds nothing when it is closed, or was never open", async () => {
    const state = await open();
    await state.close();
    expect(() => state.divided).toThrow("the learner is open");
    expect(state.position).toEqual({ state: {}, epoch: 0, step: 0 });
    await new LearnerState(tinyPlatform()).close();
  });
});
