// Trains long, or opens many learners one after the other, and tells after each part how much memory the process holds.
// arguments: what, the photos, the model
import { createLearner, imageFolder } from "../../dist/node.js";

const [what, photos, model] = process.argv.slice(2);
const data = imageFolder(photos);
const held = [];
const note = () => {
  gc();
  held.push(process.memoryUsage.rss() / 2 ** 20);
};
const augment = what === "viewers" && { views: 2 };
const open = () => createLearner({ data, device: "cpu", batchSize: 8, augment, ...(model && { model }) });

if (what === "learners" || what === "viewers") {
  for (let i = 0; i < 20; i++) {
    const learner = await open();
    await learner.fit(2, 0.01);
    await learner.validate();
    await learner.dispose();
    note();
  }
} else {
  const learner = await open();
  if (what === "layers") await learner.unfreeze();
  const { stepsPerEpoch } = await learner.prepare();
  for (let part = 0; part < (what === "head" ? 45 : 11); part++) {
    await learner.fit(1000 / stepsPerEpoch, 1e-4);
    note();
  }
  held.push(stepsPerEpoch);
  await learner.dispose();
}
console.log(JSON.stringify(held));
