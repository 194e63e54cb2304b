// The main job from start to end: photos in, a classifier in ONNX out. Run it with `npm run quickstart`.
//
// The photos are 800 small pictures of clothing, in one folder for each of ten kinds. The pretrained network,
// EfficientNet-Lite0, comes from the million photos of ImageNet; it stays as it is, and a new classifier is trained on it.
import { fileURLToPath } from "node:url";
import { createLearner, imageFolder, loadClassifier } from "regraft";

const photos = fileURLToPath(new URL("data/fashion-mini/", import.meta.url));
const exported = fileURLToPath(new URL("../fashion-model/", import.meta.url));
const unseen = `${photos}valid/trouser/00980.png`;

// 1. Open the photos and the network. By default that is the one this package brings along.
const learner = await createLearner({ data: imageFolder(photos) });
console.log(`${learner.classes.length} classes: ${learner.classes.join(", ")}`);

// 2. Find a learning rate. Before that, the network runs once over every photo: the only part that takes a while.
const { suggestion } = await learner.lrFind({ onProgress });
console.log(`\nLearning rate: ${suggestion.reason}`);
const lr = suggestion.lr ?? 0.01;

// 3. Train. A callback prints fast.ai's table, line by line.
console.log("\nepoch  train_loss  valid_loss  accuracy");
await learner.fitOneCycle(10, lr, { callbacks: [{ afterEpoch: (_, epoch) => console.log(row(epoch)) }] });

// 4. How well does it do on the photos that it was not trained on?
const { accuracy, perClass } = await learner.validate();
console.log(`\nAccuracy on the validation photos: ${percent(accuracy)}; of each class:`);
for (const { label, recall, count } of perClass) {
  console.log(`  ${label.padEnd(12)} ${percent(recall).padStart(7)} of ${count}`);
}

// 5. Export, and let go of the learner.
await learner.exportOnnx(exported);
await learner.dispose();
console.log(`\nThe classifier:             ${exported}`);
console.log(`A plot of the range test:   ${exported}lr-find.svg`);

// 6. Use the export. It needs neither the photos nor the learner.
const classifier = await loadClassifier(exported);
const { scores } = await classifier.predict(unseen);
await classifier.dispose();
console.log(`\nWhat does ${unseen} show?`);
for (const { label, probability } of scores.slice(0, 3)) {
  console.log(`  ${label.padEnd(12)} ${percent(probability).padStart(7)}`);
}

/** Told after every batch of photos; one line per 200 is enough. */
function onProgress({ phase, done, total }) {
  if (phase === "features" && done % 200 === 0) console.log(`  ${done} of ${total} photos read`);
}

function row({ epoch, trainLoss, validLoss, accuracy }) {
  return [
    String(epoch).padEnd(5),
    trainLoss.toFixed(6).padEnd(10),
    validLoss.toFixed(6).padEnd(10),
    accuracy.toFixed(6),
  ].join("  ");
}

function percent(share) {
  return `${(100 * share).toFixed(1)} %`;
}
