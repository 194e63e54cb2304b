import { describe, expect, it } from "vitest";
import { createNodeDecoder } from "../../../../src/datasets/node.js";
import { photoPictures } from "../../../../src/learner/engine/interpret/photo-pictures.js";
import { convModel, photoSize } from "../../../helpers/conv-network.js";
import { transformTo, viewOf } from "../../../helpers/network-view.js";
import { colourDecoder } from "../../../helpers/tiny-platform.js";

const classes = ["a", "b", "c", "d", "e"];
const context = { signal: new AbortController().signal, emit: () => {} };
const looked = {
  transform: transformTo(photoSize),
  decoder: { ...createNodeDecoder(), decode: colourDecoder.decode },
  look: () => viewOf(convModel(), classes, photoSize),
};
const photo = { image: "photos/red/0", name: "p0", label: 0, split: "valid" as const };

describe("photoPictures", () => {
  it("shows each photo, with a heat map where a class is looked for", async () => {
    const { pictures, withoutHeatMaps } = await photoPictures([{ photo, index: 3 }, { photo }], looked, context);
    expect(withoutHeatMaps).toBeUndefined();
    expect(pictures.map(({ name, heatMap }) => [name, heatMap !== undefined])).toEqual([
      ["p0", true],
      ["p0", false],
    ]);
    expect(pictures[0]!.photo).toEqual(pictures[1]!.photo);
    expect(pictures[0]!.heatMap).not.toEqual(pictures[0]!.photo);
  });

  it("does without heat maps where there can be none, and says why", async () => {
    const look = () => viewOf(convModel({ batch: 4 }), classes, photoSize);
    const { pictures, withoutHeatMaps } = await photoPictures([{ photo, index: 0 }], { ...looked, look }, context);
    expect(withoutHeatMaps).toContain("it takes 4 photos at a time");
    expect(pictures[0]!.heatMap).toBeUndefined();
    expect(pictures[0]!.photo.length).toBeGreaterThan(100);
  });

  it("hides no bug, and looks into no network in vain", async () => {
    const broken = { ...looked, look: () => Promise.reject(new Error("a bug")) };
    await expect(photoPictures([{ photo, index: 0 }], broken, context)).rejects.toThrow("a bug");
    expect((await photoPictures([{ photo }], broken, context)).pictures).toHaveLength(1);
    expect(await photoPictures([], broken, context)).toEqual({ pictures: [], withoutHeatMaps: undefined });
  });
});
