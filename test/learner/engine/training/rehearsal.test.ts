import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Boundary } from "../../../../src/learner/engine/layers/boundary.js";
import type { OpenedLearner } from "../../../../src/learner/engine/open-learner.js";
import { epochBatches } from "../../../../src/learner/engine/training/batch-order.js";
import { loopSteps } from "../../../../src/learner/engine/training/loop-steps.js";
import { type RehearsalRoom, rehearsalRoom } from "../../../../src/learner/engine/training/rehearsal.js";
import { type StepResults, train } from "../../../../src/learner/engine/training/trainer.js";
import type { Session } from "../../../../src/runtime/session.js";
import { initialState } from "../../../../src/training-graph/step.js";
import {
  evaluatorSession,
  head,
  hiddenHead,
  noMasks,
  optimizer,
  rowsOf,
  sourceOf,
  start,
  trainerSession,
} from "../../../helpers/training.js";

const sessions: Session[] = [];
const { signal } = new AbortController();
const extraction = { train: sourceOf(48), valid: sourceOf(30, 2), skipped: [] };
let room: RehearsalRoom;
let hiddenRoom: RehearsalRoom;
/** Trainings that are under way. */
let alive = 0;

async function roomOf(of: typeof head): Promise<RehearsalRoom> {
  const [trainer, evaluator] = await Promise.all([trainerSession(of), evaluatorSession(of)]);
  sessions.push(trainer, evaluator);
  const opened = {
    optimizer,
    photos: { task: "single-label", classes: ["a", "b", "c"] },
    spec: { batchSize: 8, seed: 3 },
    backbone: { groups: [{}, {}] },
  };
  const begin: Boundary["begin"] = async (start) => {
    const training = await loopSteps(trainer)(start);
    alive++;
    return { ...training, end: () => void alive-- };
  };
  const boundary = { first: 2, head: of, begin, evaluator, rowsPerRun: 16 };
  const parts = [opened as unknown as OpenedLearner, boundary as Boundary] as const;
  return rehearsalRoom(...parts, extraction, initialState(of, optimizer), { signal });
}

beforeAll(async () => {
  room = await roomOf(head);
  hiddenRoom = await roomOf(hiddenHead);
});
afterAll(() => Promise.all(sessions.map((session) => session.release())));

const batches = epochBatches(48, 8, 1, "order", 0);

describe("rehearsalRoom", () => {
  it("says what batches are drawn from", () => {
    expect(room).toMatchObject({ perEpoch: 6, isUnfrozen: false, scoreName: "Accuracy" });
    expect(room.draw("order", 1)).toEqual(epochBatches(48, 8, 3, "order", 1));
  });

  it("trains as a training does, at the optimizer's own momentum", async () => {
    const rehearsed = await room.rehearse([], async ({ step }) => {
      const losses: number[] = [];
      for (const batch of batches) losses.push(await step(batch, 0.3));
      return losses;
    });
    const losses: number[] = [];
    const rates = { lr: batches.map(() => 0.3), momentum: batches.map(() => 0.9) };
    const onResults = (results: StepResults) => losses.push(...results.losses);
    const options = { data: rowsOf(48), masks: noMasks, batches, rates, firstStep: 0, signal, onResults };
    await train(await loopSteps(sessions[0]!)(start), options);
    expect(rehearsed).toEqual(losses);
  });

  it("begins at the same place each time, whatever others did", async () => {
    await room.rehearse(["first"], async (first) => {
      expect(await first.step(batches[0]!, 100)).toBeCloseTo(Math.log(3), 6);
      await room.rehearse(["second"], async (second) => {
        expect(await first.step(batches[1]!, 100)).toBeGreaterThan(2);
        expect(await second.step(batches[0]!, 1)).toBeCloseTo(Math.log(3), 6);
      });
    });
    expect(start["classifier.weight"]!.data.every((x) => x === 0)).toBe(true);
  });

  it("drops what its own name and step say: again the same under that name, something else under another", async () => {
    const losses = (...path: (string | number)[]) =>
      hiddenRoom.rehearse(path, async ({ step }) => {
        const told: number[] = [];
        // The same batch each time, and nothing learnt: what differs is dropout.
        for (let i = 0; i < 4; i++) told.push(await step(batches[0]!, 0));
        return told;
      });
    const first = await losses("lr-find", 0);
    expect(new Set(first).size).toBe(4);
    expect(await losses("lr-find", 0)).toEqual(first);
    const other = await losses("lr-find", 1);
    expect(first.filter((loss) => other.includes(loss))).toEqual([]);
  });

  it("tells the validation accuracy as trained so far: that of chance, then better, and none at all once diverged", async () => {
    await room.rehearse([], async ({ step, score }) => {
      expect(await score()).toBeCloseTo(1 / 3, 6);
      for (let i = 0; i < 30; i++) await step(batches[i % batches.length]!, 0.1);
      expect(await score()).toBeGreaterThan(0.7);
      await step(batches[0]!, Number.POSITIVE_INFINITY);
      expect(await score()).toBe(0);
    });
  });

  it("gives back the memory of a training once it is done, also when it fails", async () => {
    const during = await room.rehearse([], async () => alive);
    expect([during, alive]).toEqual([1, 0]);
    const failing = room.rehearse([], async ({ step }) => {
      await step(batches[0]!, 0.1);
      throw new Error("enough");
    });
    await expect(failing).rejects.toThrow("enough");
    expect(alive).toBe(0);
  });
});
