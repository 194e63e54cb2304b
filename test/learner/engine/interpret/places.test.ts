import { describe, expect, it } from "vitest";
import { groupPlaces, mapAt, placeAt } from "../../../../src/learner/engine/interpret/places.js";
import { convModel, photoSize } from "../../../helpers/conv-network.js";
import { viewOf } from "../../../helpers/network-view.js";
import { refusal } from "../../../helpers/refusal.js";
import { tinyModel } from "../../../helpers/tiny-network.js";

const conv = await viewOf(convModel(), ["a", "b", "c", "d", "e"], photoSize);

describe("mapAt", () => {
  it("is the last feature map, or the last of a layer group", () => {
    expect(mapAt(conv).layout).toEqual({ channels: 8, height: 2, width: 2, channelsLast: false });
    expect(mapAt(conv, "2×2").value).toBe(mapAt(conv).value);
    expect(mapAt(conv, "8×8").shape).toEqual([4, 8, 8]);
  });

  it("refuses networks without one", async () => {
    const flat = await viewOf(tinyModel({ size: 8 }), ["a", "b"], 8);
    await refusal(() => mapAt(flat), "unsupported-model", "it classifies [3] of a photo, no feature map [C, H, W]");
  });
});

describe("placeAt", () => {
  it("takes the name of a value, or of its node, as well", () => {
    const { value } = mapAt(conv);
    expect(placeAt(conv, value.name)).toMatchObject({ name: value.name, shape: [8, 2, 2] });
  });

  it("refuses other names, with those there are", async () => {
    await refusal(() => placeAt(conv, "relu"), "invalid-argument", '"8×8", "4×4", "2×2"', "names like it are Relu_2");
  });
});

it("groupPlaces are the ends of all layer groups, their maps before they are pooled", () => {
  expect(groupPlaces(conv).map(({ name, shape }) => [name, shape])).toEqual([
    ["8×8", [4, 8, 8]],
    ["4×4", [6, 4, 4]],
    ["2×2", [8, 2, 2]],
  ]);
});
