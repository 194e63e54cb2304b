import { describe, expect, it } from "vitest";
import { imageList } from "../../../../src/datasets/image-list.js";
import { loadCheckpoint, matchPhotos } from "../../../../src/learner/engine/checkpoint/load.js";
import { saveCheckpoint } from "../../../../src/learner/engine/checkpoint/save.js";
import { epochOf, openState, quiet, record } from "../../../helpers/learner-states.js";
import { refusal } from "../../../helpers/refusal.js";
import { colourItems, tinyPlatform } from "../../../helpers/tiny-platform.js";

const { signal } = quiet;

async function saved(options: Parameters<typeof openState>[0] = {}) {
  const platform = tinyPlatform();
  const state = await openState(options, platform);
  await epochOf(state);
  state.best = state.position.state;
  await epochOf(state, 6);
  await saveCheckpoint(state, { folder: "here", training: record, note: 5 });
  return { platform, state };
}

describe("loadCheckpoint", () => {
  it("puts another learner where the first one stood", async () => {
    const { platform, state } = await saved();
    const other = await openState({}, platform);
    const loaded = await loadCheckpoint(other, "here", signal);
    expect(other.position).toEqual(state.position);
    expect(other.position).toMatchObject({ epoch: 1, step: 6 });
    expect([other.best, other.learnt]).toEqual([state.best, state.learnt]);
    expect(loaded).toMatchObject({ training: { fits: [], agenda: record.agenda }, frozen: 1, notices: [], note: 5 });
    await epochOf(state, 12);
    await epochOf(other, 12);
    expect(other.position).toEqual(state.position);
  });

  it("refuses what is of another learner, names all of it, and changes nothing", async () => {
    const { platform } = await saved();
    const data = imageList(colourItems(13).slice(1));
    const other = await openState({ data, seed: 1, optimizer: "adamw", head: { hidden: 3 } }, platform);
    const before = other.position;
    const { details } = await refusal(
      () => loadCheckpoint(other, "here", signal),
      "checkpoint-mismatch",
      "here is of another",
    );
    expect(details.differences).toEqual([
      'head.kind was "linear", now "mlp"',
      "head.hidden was not given, now [3]",
      "head.dropout was not given, now 0.5",
      "seed was 42, now 1",
      'optimizer.name was "sgd", now "adamw"',
      expect.stringMatching(/^optimizer\.momentum/),
      expect.stringMatching(/^optimizer\.nesterov/),
      expect.stringMatching(/^optimizer\.weightDecay/),
      expect.stringMatching(/^optimizer\.beta1/),
      expect.stringMatching(/^optimizer\.beta2/),
      expect.stringMatching(/^optimizer\.eps/),
      "1 photo gone: photos/blue/0",
      "3 photos new: photos/blue/12, photos/green/12, photos/red/12",
    ]);
    expect(other.position).toBe(before);
  });

  it("says what makes the last bits differ", async () => {
    const { platform } = await saved();
    const other = await openState({ device: { name: "cpu", threads: 2 } }, platform);
    const { notices } = await loadCheckpoint(other, "here", signal);
    expect(notices).toEqual([expect.stringContaining("made with threads 1, now it is 2")]);
  });
});

describe("matchPhotos", () => {
  it("refuses to go on when a photo cannot be read any more", async () => {
    const { platform } = await saved();
    const other = await openState({}, platform);
    const { photos } = await loadCheckpoint(other, "here", signal);
    await matchPhotos(other, { folder: "here", photos }, quiet);
    const { decoder } = platform;
    const broken = {
      ...decoder,
      decode: (...[image, ...rest]: Parameters<typeof decoder.decode>) =>
        decoder.decode(image === "photos/red/4" ? "broken" : image, ...rest),
    };
    const third = await openState({}, tinyPlatform({ storage: platform.storage, decoder: broken }));
    await loadCheckpoint(third, "here", signal);
    await refusal(
      () => matchPhotos(third, { folder: "here", photos }, quiet),
      "checkpoint-mismatch",
      "1 photo cannot be read that could: photos/red/4",
    );
  });
});
