import { expect, it } from "vitest";
import { imageList } from "../../../../src/datasets/image-list.js";
import { convPhotos, openConv } from "../../../helpers/unfreezing.js";

it("tells photos of one name apart, and leaves out those that could not be read", async () => {
  const items = convPhotos.map((item, i) =>
    item.split === "valid" ? { ...item, ...(i % 12 === 3 ? { image: `broken/${i}` } : { name: "same" }) } : item,
  );
  const { learner } = await openConv({
    data: imageList(items),
    image: { resize: { height: 16, width: 16 }, crop: { height: 16, width: 16 }, maxSkipped: 0.5 },
  });
  await learner.fit(2, 0.1);
  const { topLosses, photos } = await learner.interpret({ topLosses: 9 });
  expect(photos).toBe(6);
  expect(topLosses.map(({ name }) => name)).toEqual(Array(6).fill("same"));
  expect(new Set(topLosses.map(({ photo }) => Buffer.from(photo).toString("base64"))).size).toBe(6);
  const page = await learner.report({ topLosses: 1 });
  expect(page).toContain("3 photos could not be read:");
  expect(page).toContain("npx regraft predict my-model photo.jpg");
  await learner.exportOnnx("models/colours/");
  expect(await learner.report({ topLosses: 0 })).toContain("npx regraft predict colours photo.jpg");
});
