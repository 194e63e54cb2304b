import { afterEach, describe, expect, it } from "vitest";
import { imageList } from "../../../src/datasets/image-list.js";
import type { CallContext } from "../../../src/learner/border/channel.js";
import { LearnerState } from "../../../src/learner/engine/learner-state.js";
import { toSpec } from "../../../src/learner/options.js";
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

  it("holds nothing when it is closed, or was never open", async () => {
    const state = await open();
    await state.close();
    expect(() => state.divided).toThrow("the learner is open");
    expect(state.position).toEqual({ state: {}, epoch: 0 });
    await new LearnerState(tinyPlatform()).close();
  });
});
