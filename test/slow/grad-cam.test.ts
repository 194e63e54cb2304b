// Whether heat maps tell the truth on real photos: where they are hottest, the network has looked.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { expect, it } from "vitest";
import { createLearner, imageList } from "../helpers/build.js";
import { describeShared, sharedPath } from "../helpers/shared.js";

const side = 224;
/** Pixels of the square that is erased, each way. */
const erased = 96;

describeShared("Grad-CAM on cats and dogs", () => {
  const photosOf = (split: string, label: string, count: number) => {
    const folder = sharedPath("data/cats-vs-dogs", split, label);
    return readdirSync(folder)
      .sort()
      .slice(0, count)
      .map((name) => join(folder, name));
  };
  const items = ["cat", "dog"].flatMap((label) => [
    ...photosOf("train", label, 25).map((image) => ({ image, label, split: "train" as const })),
    ...photosOf("valid", label, 6).map((image) => ({ image, label, split: "valid" as const })),
  ]);

  it("erasing the hottest place lowers the class's probability more than erasing the coldest", async () => {
    const size = { height: side, width: side };
    await using learner = await createLearner({ data: imageList(items), image: { resize: size, crop: size } });
    await learner.fitOneCycle(8, 0.01);
    const drops = { hottest: 0, coldest: 0 };
    const valid = items.filter(({ split }) => split === "valid");
    for (const { image, label } of valid) {
      const photo = await sharp(image).rotate().resize(side, side, { fit: "fill" }).removeAlpha().png().toBuffer();
      const { map, width } = await learner.gradCam(photo, { label });
      const probabilityOf = async (shown: Uint8Array) =>
        (await learner.predict(shown)).scores.find((score) => score.label === label)!.probability;
      const before = await probabilityOf(photo);
      const without = (at: number) => {
        const centre = (cell: number) => Math.round(((cell + 0.5) * side) / width);
        const corner = (cell: number) => Math.min(Math.max(centre(cell) - erased / 2, 0), side - erased);
        const grey = { create: { width: erased, height: erased, channels: 3 as const, background: "#7f7f7f" } };
        const [left, top] = [corner(at % width), corner(Math.floor(at / width))];
        return sharp(photo)
          .composite([{ input: grey, left, top }])
          .png()
          .toBuffer();
      };
      drops.hottest += before - (await probabilityOf(await without(map.indexOf(Math.max(...map)))));
      drops.coldest += before - (await probabilityOf(await without(map.indexOf(Math.min(...map)))));
    }
    const [hottest, coldest] = [drops.hottest / valid.length, drops.coldest / valid.length];
    console.log(
      `of ${valid.length} photos, mean drop ${hottest.toFixed(4)} at the hottest, ${coldest.toFixed(4)} at the coldest place`,
    );
    expect(hottest).toBeGreaterThan(2 * Math.abs(coldest));
    expect(hottest).toBeGreaterThan(0.02);
  });
});
