import { describe, expect, it } from "vitest";
import { convGroups, convModel, photoSize } from "../../../helpers/conv-network.js";
import { viewOf } from "../../../helpers/network-view.js";
import { refusal } from "../../../helpers/refusal.js";

const classes = ["a", "b", "c", "d", "e"];

describe("viewOfNetwork", () => {
  it("finds the layer groups of an exported network, up to what its classifier works on", async () => {
    const view = await viewOf(convModel(), classes, photoSize);
    expect(view.groups.map(({ name }) => name)).toEqual(convGroups.map(({ name }) => name));
    expect(view.route.at(-1)!.shape).toEqual([2, 8]);
    const types = await view.types();
    expect(types.get(view.groups[0]!.end)!.shape).toEqual(["batch", 4, 8, 8]);
  });

  it("refuses a network that insists on a number of photos", async () => {
    const fixed = viewOf(convModel({ batch: 4 }), classes, photoSize);
    await refusal(() => fixed, "unsupported-model", "it takes 4 photos at a time, no other number");
  });
});
