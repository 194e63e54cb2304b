import { expect, it } from "vitest";
import { imageList } from "../../../src/datasets/image-list.js";
import type { CallContext } from "../../../src/learner/border/channel.js";
import { LearnerRecords } from "../../../src/learner/engine/learner-records.js";
import { LearnerState } from "../../../src/learner/engine/learner-state.js";
import { toSpec } from "../../../src/learner/options.js";
import { colourItems, tinyPlatform } from "../../helpers/tiny-platform.js";

const context: CallContext = { signal: new AbortController().signal, emit: () => {} };

it("remembers the best weights and goes back to them; a checkpoint holds where the learner stood", async () => {
  const state = new LearnerState(tinyPlatform());
  const records = new LearnerRecords(state);
  await state.open(toSpec({ model: "tiny", data: imageList(colourItems(4)), device: "cpu" }), context);
  const best = state.position.state;
  const others = Object.fromEntries(
    Object.entries(best).map(([name, tensor]) => [
      name,
      { ...tensor, data: new Float32Array(tensor.data.length).fill(1) },
    ]),
  );
  await records.keepBest();
  state.position = { state: others as typeof best, epoch: 3, step: 2 };
  await records.saveCheckpoint({ folder: "there", training: { fits: [], range: undefined, agenda: undefined } });
  await records.restoreBest();
  expect(state.position).toEqual({ state: best, epoch: 3, step: 2 });
  expect((await records.readCheckpoint("there")).position).toMatchObject({
    epoch: 3,
    step: 2,
    frozen: 1,
    best: "kept",
  });
  const { info, frozen } = await records.loadCheckpoint("there", context);
  expect([info.model, frozen]).toEqual(["tiny", 1]);
  expect(await records.step()).toBe(2);
  expect(state.position.state).toEqual(others);
  await records.matchPhotos(
    { folder: "there", photos: (await records.loadCheckpoint("there", context)).photos },
    context,
  );
  await state.close();
});
