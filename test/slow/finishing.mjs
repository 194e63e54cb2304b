// A script that comes to its end with a learner that nobody disposes: finishing.mjs HOW PHOTOS
import { createLearner, imageFolder } from "../../dist/node.js";

const [how, photos] = process.argv.slice(2);
const learner = await createLearner({ data: imageFolder(photos) });
const trained = learner.fit(3, 0.01).then((epochs) => console.log(`${epochs.length} epochs`));
if (how === "awaited") await trained;
