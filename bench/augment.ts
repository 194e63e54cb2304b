// Milliseconds of a processor that a photo takes to be augmented once it is decoded, with the default options and with every one of them.

import type { PhotoAugment } from "../src/datasets/augment/augment-spec.js";
import { augmented, decodeScale } from "../src/datasets/augment/augmented.js";
import { defaultAugment } from "../src/datasets/augment/default-augment.js";
import { drawView } from "../src/datasets/augment/view.js";
import { defaultTransform } from "../src/datasets/transform.js";
import { stream } from "../src/random.js";

const everything: PhotoAugment = {
  ...defaultAugment,
  verticalFlip: 0.5,
  colorJitter: { brightness: 0.2, contrast: 0.2, saturation: 0.2, hue: 0.1 },
  randomErasing: 0.5,
};
const views = 200;

for (const [name, spec] of Object.entries({ defaults: defaultAugment, everything })) {
  const edge = Math.round(256 * decodeScale(spec, defaultTransform));
  const picture = {
    height: edge,
    width: Math.round((4 / 3) * edge),
    data: new Uint8Array(edge * Math.round((4 / 3) * edge) * 3),
  };
  const pixels = stream(1, "pixels");
  for (let i = 0; i < picture.data.length; i++) picture.data[i] = pixels.below(256);
  for (const round of ["warming up", "measured"]) {
    const started = process.cpuUsage().user;
    for (let i = 0; i < views; i++) {
      const view = drawView(spec, picture, defaultTransform, (what) => stream(1, i, what));
      augmented(picture, view, defaultTransform);
    }
    const each = (process.cpuUsage().user - started) / 1000 / views;
    if (round === "measured") console.log(`${name}: ${each.toFixed(2)} ms for 224×224 from ${picture.width}×${edge}`);
  }
}
