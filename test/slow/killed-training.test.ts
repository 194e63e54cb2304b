// As killed-command.test.ts, at twelve random moments.
import { expect, it } from "vitest";
import { trainedWithKills } from "../helpers/killed.js";
import { temporaryFolder } from "../helpers/temporary.js";

const home = temporaryFolder();

it("a training that is killed twelve times at random moments comes to the same, bit for bit", async () => {
  const whole = await trainedWithKills(home, 0, 40);
  expect(await trainedWithKills(home, 12, 40)).toEqual(whole);
});
