import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { createNodeDecoder } from "../../../../src/datasets/node.js";
import { activations, gradCam } from "../../../../src/learner/engine/interpret/look.js";
import { convModel, photoSize } from "../../../helpers/conv-network.js";
import { viewOf } from "../../../helpers/network-view.js";
import { refusal } from "../../../helpers/refusal.js";
import { colourDecoder } from "../../../helpers/tiny-platform.js";

const classes = ["a", "b", "c", "d", "e"];
const codec = { ...createNodeDecoder(), decode: colourDecoder.decode };
const view = await viewOf(convModel(), classes, photoSize);
const image = "photos/red/1";

describe("gradCam", () => {
  it("gives the map, and a JPEG of the photo under it in the network's size", async () => {
    const found = await gradCam(view, { image, layer: "4×4" }, codec);
    expect([found.height, found.width, found.map.length]).toEqual([4, 4, 16]);
    expect(classes).toContain(found.label);
    const { format, width, height } = await sharp(found.overlay).metadata();
    expect({ format, width, height }).toEqual({ format: "jpeg", width: photoSize, height: photoSize });
  });

  it("looks for the class that is asked for, and refuses others", async () => {
    const found = await Promise.all(classes.map((label) => gradCam(view, { image, label }, codec)));
    expect(found.map(({ label }) => label)).toEqual(classes);
    expect(found.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 5);
    await refusal(() => gradCam(view, { image, label: "f" }, codec), "invalid-argument", "a, b, c, d, e");
  });

  it("refuses what is no image", async () => {
    await refusal(() => gradCam(view, { image: "broken" }, codec), "unreadable-image");
  });
});

it("activations prepare the image as the network wants it", async () => {
  const [first] = await activations(view, { image, layers: ["8×8"] }, codec);
  expect(first!.shape).toEqual([4, 8, 8]);
  expect(Math.min(...first!.data)).toBe(0);
});
