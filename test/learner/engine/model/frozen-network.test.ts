import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { boundedRuns, featuresOf } from "../../../../src/learner/engine/model/frozen-network.js";
import type { Session } from "../../../../src/runtime/session.js";
import { float32 } from "../../../../src/tensor.js";
import { refusal } from "../../../helpers/refusal.js";
import { meansSession } from "../../../helpers/tiny-network.js";
import { watched } from "../../../helpers/training.js";

let session: Session;
beforeAll(async () => {
  session = await meansSession();
});
afterAll(() => session.release());
afterEach(() => {
  vi.restoreAllMocks();
});

const pixels = float32(
  [21, 3, 4, 4],
  Float32Array.from({ length: 21 * 48 }, (_, i) => Math.sin(i)),
);
const rowsOf = ({ runs }: ReturnType<typeof watched>) => runs.map((feeds) => Object.values(feeds)[0]!.shape[0]);

describe("featuresOf", () => {
  it("gives a row per photo", async () => {
    const pixels = float32([2, 3, 1, 2], [1, 3, 0, 0, 5, 7, 0, 2, 4, 4, -1, 1]);
    expect([...(await featuresOf({ session, featureCount: 3 }, pixels))]).toEqual([2, 0, 6, 1, 4, 0]);
  });

  it("runs nothing for no photos", async () => {
    const network = { session: watched(session), featureCount: 3 };
    expect(await featuresOf(network, float32([0, 3, 4, 4]))).toEqual(new Float32Array(0));
    expect(network.session.runs).toEqual([]);
  });

  it("fills up with zeros what a network takes at a time", async () => {
    const network = { session: watched(session), featureCount: 3, batch: 4 };
    const free = await featuresOf({ session, featureCount: 3 }, pixels);
    expect(await featuresOf(network, pixels)).toEqual(free);
    expect(rowsOf(network.session)).toEqual([4, 4, 4, 4, 4, 4]);
  });
});

describe("boundedRuns", () => {
  it("refuses what is not a row per photo", async () => {
    const error = await refusal(
      () => boundedRuns({ session, featureCount: 2 })(pixels),
      "runtime-failed",
      "24 features",
    );
    expect(error.message).toContain("for a batch of 8, not 2 for each photo");
  });

  it("halves its runs when one takes longer than 200 ms; the features are the same bits", async () => {
    const quick = await featuresOf({ session, featureCount: 3 }, pixels);
    let now = 0;
    vi.spyOn(performance, "now").mockImplementation(() => (now += 250));
    const network = { session: watched(session), featureCount: 3 };
    const run = boundedRuns(network);
    expect(await run(pixels)).toEqual(quick);
    expect(rowsOf(network.session)).toEqual([8, 4, 2, 1, 1, 1, 1, 1, 1, 1]);
    expect(await run(pixels)).toEqual(quick);
    expect(rowsOf(network.session).slice(10)).toEqual(Array(21).fill(1));
  });

  it("stops between runs with the signal's reason", async () => {
    const controller = new AbortController();
    const run: Session["run"] = (feeds) => {
      controller.abort(new Error("enough"));
      return session.run(feeds);
    };
    const network = { session: watched({ ...session, run }), featureCount: 3 };
    await expect(boundedRuns(network)(pixels, controller.signal)).rejects.toThrow("enough");
    expect(network.session.runs).toHaveLength(1);
  });
});
