// Trains with a checkpoint every few milliseconds, or goes on from the last one: killed and started again, until it is done.
import { createLearner, imageFolder, isRegraftError, loadLearner } from "../../dist/node.js";

const [model, photos, folder, out, epochs] = process.argv.slice(2);

async function open() {
  try {
    return await loadLearner(folder);
  } catch (error) {
    if (isRegraftError(error, "invalid-checkpoint") && /there is none/.test(error.message)) return undefined;
    throw error;
  }
}

let learner = await open();
const size = { height: 16, width: 16 };
const said = [];
const callbacks = [
  {
    beforeEpoch: ({ epoch }) => {
      if (said.push(epoch) === 1) console.log(`training ${learner.history.length}`);
    },
  },
];
if (learner) {
  await learner.resume({ callbacks });
} else {
  learner = await createLearner({
    model,
    data: imageFolder(photos),
    head: { hidden: 8, dropout: 0.3 },
    optimizer: "adamw",
    batchNorm: "trained",
    batchSize: 8,
    device: { name: "cpu", threads: 1 },
    image: { resize: size, crop: size },
  });
  const checkpoint = { folder, everySeconds: 0.005 };
  await learner.fineTune(Number(epochs), { lr: 0.02, freezeEpochs: 4, checkpoint, restoreBest: true, callbacks });
}
await learner.exportOnnx(out);
console.log(JSON.stringify({ history: learner.history, fits: learner.fits }));
await learner.dispose();
