import { describe, expect, it } from "vitest";
import { linearHead } from "../../../../src/heads/linear.js";
import { mlpHead } from "../../../../src/heads/mlp.js";
import { createHead } from "../../../../src/learner/engine/training/create-head.js";
import { refusal } from "../../../helpers/refusal.js";

const size = { features: 6, classes: 3 };
const mlp = (...hidden: number[]) => ({ kind: "mlp", hidden, dropout: 0.5 }) as const;

describe("createHead", () => {
  it("is the head asked for, its weights drawn by the seed", async () => {
    expect((await createHead({ kind: "linear" }, size, 1)).parameters).toEqual(linearHead(size).parameters);
    const { parameters, masks } = await createHead(mlp(5, 4), size, 7);
    const expected = mlpHead({ ...size, hidden: [5, 4], dropout: 0.5, seed: 7 });
    expect(parameters).toEqual(expected.parameters);
    expect(masks).toEqual(expected.masks);
    expect((await createHead(mlp(5, 4), size, 8)).parameters).not.toEqual(parameters);
  });

  it("refuses, before it takes the memory, what would not fit into any", async () => {
    const call = () => createHead(mlp(65536, 65536), size, 1);
    const { details } = await refusal(call, "memory-limit", "6 → 65536 → 65536 → 3", "smaller layers");
    expect(details.needed).toBe(16 * (6 * 65536 + 65536 ** 2 + 3 * 65536));
    expect(details.needed).toBeGreaterThan(details.limit);
  });
});
