// As test/acceptance/killed-training.test.ts, at twenty random moments.
import { expect, it } from "vitest";
import { trainedWithKills } from "../helpers/killed.js";
import { temporaryFolder } from "../helpers/temporary.js";

const home = temporaryFolder();

it("a training that is killed twenty times at random moments comes to the same, bit for bit", async () => {
  const whole = await trainedWithKills(home, 0, 60);
  expect(await trainedWithKills(home, 20, 60)).toEqual(whole);
});
