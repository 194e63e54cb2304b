// Checkpoints in a browser: in the files that it keeps for the page, which outlive it.
import { afterAll, beforeAll, expect, it } from "vitest";
import { type BuildPage, openBuild } from "../helpers/browser-build.js";
import { describeChromium } from "../helpers/chromium.js";
import { type PreparedPage, prepareLearners } from "../helpers/page-learner.js";

describeChromium("checkpoints in a browser", () => {
  let build: BuildPage;
  beforeAll(async () => {
    build = await openBuild();
    await prepareLearners(build);
  });
  afterAll(() => build.close());

  it("are gone on with after the page was loaded anew, to the same losses", async () => {
    const whole = await build.page.evaluate(async () => {
      const learner = await (globalThis as unknown as PreparedPage).open();
      await learner.freezeTo(2);
      await learner.fitOneCycle(3, 0.05);
      const { history } = learner;
      await learner.dispose();
      return history.map(({ trainLoss, validLoss }) => [trainLoss, validLoss]);
    });
    // The page is gone in the middle of its second epoch.
    const reached = build.page.evaluate(async () => {
      const learner = await (globalThis as unknown as PreparedPage).open();
      await learner.freezeTo(2);
      return new Promise<number>((resolve) => {
        const afterSteps = (state: { readonly epoch: number }, { first }: { readonly first: number }): void => {
          if (state.epoch === 1) resolve(first);
        };
        const checkpoint = { folder: "checkpoints/pets", everySeconds: 0 };
        void learner.fitOneCycle(3, 0.05, { checkpoint, callbacks: [{ afterSteps }] });
      });
    });
    expect(await reached).toBeGreaterThan(0);
    await build.reload();
    await prepareLearners(build);
    const resumed = await build.page.evaluate(async () => {
      const learner = await (globalThis as unknown as PreparedPage).open();
      const { epochs, interrupted } = await learner.load("checkpoints/pets");
      await learner.resume();
      const { history } = learner;
      await learner.dispose();
      return { epochs, interrupted, losses: history.map(({ trainLoss, validLoss }) => [trainLoss, validLoss]) };
    });
    expect(resumed.epochs).toBeGreaterThanOrEqual(1);
    expect(resumed).toMatchObject({ interrupted: "fitOneCycle(3, 0.05)", losses: whole });
  });
});
