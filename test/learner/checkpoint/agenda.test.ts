import { describe, expect, it } from "vitest";
import { RegraftError } from "../../../src/errors.js";
import type { PlannedStep } from "../../../src/learner/border/checkpoint.js";
import type { FitRecord } from "../../../src/learner/border/report.js";
import { agendaWith, createAgenda, runAgenda, settle } from "../../../src/learner/checkpoint/agenda.js";
import { noProgress } from "../../../src/learner/fit.js";
import { record } from "../../helpers/learner-states.js";

const fit = record.agenda!.steps[0]!;
const steps: readonly PlannedStep[] = [fit, { kind: "freezeTo", first: 0 }, fit];
const at = (epoch: number, step: number) => ({ epoch, step, smooth: { average: epoch + step, count: step } });
const record0: FitRecord = { call: "fit(2, 0.5)", planned: 2, groups: [], epochs: [] };

describe("runAgenda", () => {
  it("takes the steps in order, and joins what the fits give", async () => {
    const agenda = createAgenda(steps);
    const log: unknown[] = [];
    const results = await runAgenda(agenda, {
      freezeTo: async (first) => void log.push(["freezeTo", first, agenda.now.steps.length]),
      fit: async ({ call }) => {
        log.push([call, agenda.now.steps.length, agenda.progress]);
        agenda.advance(at(1, 2));
        agenda.next();
        return [{ epoch: log.length, trainLoss: 1, validLoss: 1, accuracy: 1, metrics: {}, seconds: 1 }];
      },
    });
    expect(log).toEqual([
      ["fit(2, 0.5)", 3, noProgress],
      ["freezeTo", 0, 2],
      ["fit(2, 0.5)", 1, noProgress],
    ]);
    expect(results.map(({ epoch }) => epoch)).toEqual([1, 3]);
    expect(agendaWith(agenda, undefined)).toBeUndefined();
  });

  it("leaves the step that fails, and how far it had come", async () => {
    const agenda = createAgenda(steps, at(1, 0));
    const failing = runAgenda(agenda, {
      freezeTo: async () => {},
      fit: async () => {
        agenda.advance(at(1, 3));
        throw new Error("enough");
      },
    });
    await expect(failing).rejects.toThrow("enough");
    expect(agenda.now).toEqual({ steps, progress: at(1, 3) });
    expect(agendaWith(agenda, { folder: "here", everySeconds: 5 })).toEqual({
      steps,
      progress: at(1, 3),
      everySeconds: 5,
    });
  });
});

describe("settle", () => {
  const broken = () => {
    const agenda = createAgenda(steps);
    agenda.advance(at(1, 0));
    agenda.advance(at(1, 4));
    return agenda;
  };

  it("drops what diverged", async () => {
    const agenda = broken();
    await settle(agenda, new RegraftError("diverged", { step: 1, lr: 1 }, "It diverged."), [], async () => 4);
    expect(agenda.now.steps).toEqual([]);
  });

  it("stays where the engine is too", async () => {
    const agenda = broken();
    await settle(agenda, new Error("enough"), [], async () => 4);
    expect(agenda.progress).toEqual(at(1, 4));
    await settle(agenda, new Error("enough"), [], () => Promise.reject(new Error("gone")));
    expect(agenda.progress).toEqual(at(1, 4));
  });

  it("goes back to the epoch's start where the engine could not read what it had learnt", async () => {
    const agenda = broken();
    const fits = [record0];
    await settle(agenda, new Error("lost"), fits, async () => 0);
    expect([agenda.progress, fits.length]).toEqual([at(1, 0), 1]);
    const first = createAgenda(steps);
    first.advance(at(0, 2));
    await settle(first, new Error("lost"), fits, async () => 0);
    expect([first.progress, fits]).toEqual([noProgress, []]);
  });

  it("asks nobody between epochs", async () => {
    const agenda = createAgenda(steps, at(1, 0));
    await settle(agenda, new Error("enough"), [], () => Promise.reject(new Error("it was asked")));
    expect(agenda.progress).toEqual(at(1, 0));
  });
});
