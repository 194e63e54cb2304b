// A page on which a user chooses photos to train on and one to predict, as the README has it.
import { join } from "node:path";
import type { Page } from "playwright-core";
import { copyFew, photosIn } from "./photos.js";

/** @param head what else is in its head, before its script, which is at "/main.js". */
export const trainingPage = (head = ""): string =>
  `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">${head}
   <input id="photos" type="file" webkitdirectory><input id="photo" type="file"><output></output>
   <script type="module" src="/main.js"></script>`;

/**
 * With "?views" in the address, it trains on augmented views.
 * @param regraft where it is imported from.
 */
export const trainingScript = (regraft: string): string => `
  import { createLearner, imageFiles } from ${JSON.stringify(regraft)};

  const [photos, photo] = document.querySelectorAll("input");
  photo.addEventListener("change", async () => {
    const augment = location.search === "?views" && { views: 2 };
    const learner = await createLearner({ data: await imageFiles(photos.files), augment });
    const [, , { accuracy }] = await learner.fitOneCycle(3, 0.01);
    const { label } = await learner.predict(photo.files[0]);
    await learner.dispose();
    document.querySelector("output").textContent = [learner.device, accuracy, label].join(" ");
  });`;

/**
 * What the page says of a photo of trousers once it is trained: device, accuracy, label.
 * @param folder for the photos.
 */
export async function trained(page: Page, folder: string): Promise<string> {
  const photos = copyFew(join(folder, "photos"), { classes: ["bag", "trouser"], train: 12, valid: 3 });
  await page.locator("#photos").setInputFiles(photos);
  await page.locator("#photo").setInputFiles(photosIn(join(photos, "valid/trouser"))[0]!);
  const output = page.locator("output");
  await output.filter({ hasText: / / }).waitFor({ timeout: 120_000 });
  return (await output.textContent())!;
}
