import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { epochBatches } from "../../../src/learner/engine/batch-order.js";
import type { OpenedLearner } from "../../../src/learner/engine/open-learner.js";
import { type RehearsalRoom, rehearsalRoom } from "../../../src/learner/engine/rehearsal.js";
import { train } from "../../../src/learner/engine/trainer.js";
import type { Session } from "../../../src/runtime/session.js";
import { evaluatorSession, head, optimizer, rowsOf, start, trainerSession } from "../../helpers/training.js";

const sessions: Session[] = [];
const extraction = { train: rowsOf(48), valid: rowsOf(30, 2), skipped: [] };
let room: RehearsalRoom;

beforeAll(async () => {
  const [trainer, evaluator] = await Promise.all([trainerSession(), evaluatorSession()]);
  sessions.push(trainer, evaluator);
  const opened = {
    trainer,
    evaluator,
    head,
    optimizer,
    photos: { classes: ["a", "b", "c"] },
    spec: { batchSize: 8, seed: 3 },
  };
  room = rehearsalRoom(opened as unknown as OpenedLearner, extraction, start);
});
afterAll(() => Promise.all(sessions.map((session) => session.release())));

const batches = epochBatches(48, 8, 1, "order", 0);

describe("rehearsalRoom", () => {
  it("says what batches are drawn from", () => {
    expect({ ...room, begin: 0 }).toEqual({ begin: 0, rows: 48, batchSize: 8, seed: 3 });
  });

  it("trains as a training does, at the optimizer's own momentum", async () => {
    const { step } = room.begin();
    const rehearsed: number[] = [];
    for (const batch of batches) rehearsed.push(await step(batch, 0.3));
    const losses: number[] = [];
    const rates = { lr: batches.map(() => 0.3), momentum: batches.map(() => 0.9) };
    const { signal } = new AbortController();
    const onResults = (_: unknown, results: { losses: Float32Array }) => losses.push(...results.losses);
    await train(start, {
      session: sessions[0]!,
      data: extraction.train,
      batches,
      rates,
      firstStep: 0,
      signal,
      onResults,
    });
    expect(rehearsed).toEqual(losses);
  });

  it("begins at the same place each time, whatever others did", async () => {
    const [first, second] = [room.begin(), room.begin()];
    expect(await first.step(batches[0]!, 100)).toBeCloseTo(Math.log(3), 6);
    expect(await first.step(batches[1]!, 100)).toBeGreaterThan(2);
    expect(await second.step(batches[0]!, 1)).toBeCloseTo(Math.log(3), 6);
    expect(start["classifier.weight"]!.data.every((x) => x === 0)).toBe(true);
  });

  it("tells the validation accuracy as trained so far: that of chance, then better, and none at all once diverged", async () => {
    const { step, accuracy } = room.begin();
    expect(await accuracy()).toBeCloseTo(1 / 3, 6);
    for (let i = 0; i < 30; i++) await step(batches[i % batches.length]!, 0.1);
    expect(await accuracy()).toBeGreaterThan(0.7);
    await step(batches[0]!, Number.POSITIVE_INFINITY);
    expect(await accuracy()).toBe(0);
  });
});
