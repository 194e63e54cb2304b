// A learner on a device, in a process of its own: prints what came of it as JSON. Its argument is a file with the job.
import { readFileSync } from "node:fs";
import { createLearner, imageList, loadClassifier } from "../../dist/node.js";

const { devices, model, items, options, train, out, exitCode, worker } = JSON.parse(
  readFileSync(process.argv[2], "utf8"),
);

const told = [];
for (const device of devices) {
  try {
    const learner = await createLearner({
      model,
      data: imageList(items),
      ...options,
      device,
      ...(worker === false && { worker }),
    });
    const { reasons } = learner.info;
    const outcome = train && (await new Function(`return (${train})`)()(learner, items[0].image));
    if (out) await learner.exportOnnx(out);
    // With an exit code it is left as it is, open.
    if (exitCode === undefined) await learner.dispose();
    told.push({ device: learner.device, reason: reasons.device, notices: learner.info.notices, outcome });
  } catch ({ code, message, details }) {
    told.push({ code, message, details });
  }
}
if (out) {
  const classifier = await loadClassifier(out, { device: devices[0], ...(worker === false && { worker }) });
  const { logits } = await classifier.predict(items[0].image);
  await classifier.dispose();
  told.push({ logits: [...logits] });
}
process.stdout.write(`${JSON.stringify(told)}\n`, () => {
  if (exitCode !== undefined) process.exit(exitCode);
});
