import { expect, it } from "vitest";
import { infoOf } from "../../../src/learner/checkpoint/checkpoint-info.js";
import { record } from "../../helpers/learner-states.js";

const loaded = { frozen: 1, notices: ["One was damaged."], note: { a: 1 }, photos: new Uint8Array(0) };
const epochs = [0, 1, 2].map((epoch) => ({ epoch, trainLoss: 1, validLoss: 1, accuracy: 1, metrics: {}, seconds: 1 }));
const fits = [{ call: "fit(3, 1)", planned: 3, groups: [], epochs }];

it("tells how far a checkpoint is, and what was broken off", () => {
  const agenda = { ...record.agenda!, progress: { ...record.agenda!.progress, epoch: 1, step: 4 } };
  expect(infoOf({ ...loaded, training: { fits, range: undefined, agenda } })).toEqual({
    epochs: 3,
    step: 4,
    interrupted: "fit(2, 0.5)",
    note: { a: 1 },
    notices: ["One was damaged."],
  });
  expect(infoOf({ ...loaded, training: { fits, range: undefined, agenda: undefined } })).toEqual({
    epochs: 3,
    step: 0,
    note: { a: 1 },
    notices: ["One was damaged."],
  });
});
