// The page: photos by class, prepared, a learning rate found, a classifier trained, tried and downloaded. All the work is
// the library's, in its worker; here is only what is shown of it.
import { createClasses } from "./classes.js";
import { byId, count, element, onDrop } from "./dom.js";
import { fetchExamples } from "./examples.js";
import { createLearner, imageFiles } from "./node_modules/regraft/dist/browser.js";
import { showEpochs, showPrepared, showRange, showScores, showVerdict } from "./outcomes.js";
import { createSteps } from "./step.js";
import { thumbnail } from "./thumbnails.js";

/** Where the browser keeps features for this page. */
const featureFolder = "features";

let learner;
let data;
let isTrained = false;
/** Counts changes of the photos, and what it was when they were prepared. */
let revision = 0;
let prepared = 0;

const steps = createSteps(refresh);
const photos = steps.step("photos");
const prepare = steps.step("prepare");
const rate = steps.step("rate");
const train = steps.step("train");
const trying = steps.step("try");
const download = steps.step("download");

const classes = createClasses({
  say: photos.say,
  onChange: () => {
    revision++;
    // What it says is of the photos as they were.
    if (!learner && !steps.isBusy()) prepare.say("");
    refresh();
  },
});

function refresh() {
  const isFree = !steps.isBusy();
  prepare.enable(isFree);
  rate.enable(isFree && learner !== undefined);
  train.enable(isFree && learner !== undefined);
  trying.enable(isFree && isTrained);
  download.enable(isFree && isTrained);
  byId("stale").hidden = !learner || revision === prepared;
}

/** Gives all memory back that the last preparation took, and clears what came of it. */
async function startOver() {
  const last = learner;
  learner = data = undefined;
  isTrained = false;
  for (const step of [prepare, rate, train, trying, download]) {
    step.say("");
    step.showOutcome(false);
  }
  showEpochs([], 0);
  await last?.dispose();
}

byId("load-examples").addEventListener("click", () =>
  photos.run(
    async (signal) => {
      const examples = await fetchExamples(signal);
      await classes.addAll(examples.map(({ label, files }) => [label, files]));
      offer(examples.map(({ unseen }) => unseen));
    },
    { announced: "Fetching the example images" },
  ),
);

prepare.onGo(
  async (signal) => {
    await startOver();
    const onProgress = ({ phase, done, total }) => {
      if (phase === "features") prepare.tell(`${done.toLocaleString("en")} of ${count(total, "photo")}`, done / total);
      else if (total > 0) prepare.tell(`${megabytes(done)} of ${megabytes(total)} MB of the network`, done / total);
    };
    const cache = byId("keep-features").checked && { cache: { folder: featureFolder } };
    prepared = revision;
    const chosen = await imageFiles(classes.byName(), { validFraction: 0.2, seed: 42 });
    const opened = await createLearner({ data: chosen, ...cache, signal, onProgress });
    try {
      prepare.tell("Looking at the first photos");
      data = await opened.prepare({ signal, onProgress });
    } catch (error) {
      await opened.dispose();
      throw error;
    }
    learner = opened;
    showPrepared(learner.info, data);
    prepare.showOutcome(true);
    return `Prepared: ${count(data.train + data.valid, "photo")}, ${data.skipped.length} skipped.`;
  },
  { announced: "Starting the network" },
);

const megabytes = (bytes) => (bytes / 1e6).toFixed(0);

byId("forget-features").addEventListener("click", async () => {
  try {
    const folder = await navigator.storage.getDirectory();
    await folder.removeEntry(featureFolder, { recursive: true }).catch((error) => {
      if (error.name !== "NotFoundError") throw error;
    });
    prepare.say("No features are kept in this browser any more.");
  } catch (error) {
    prepare.say(`They cannot be deleted: ${error.message}`, "error");
  }
});

rate.onGo(
  async (signal) => {
    const onProgress = ({ done, total }) => rate.tell(`${done} of ${total} runs`, done / total);
    const range = await learner.lrFind({ signal, onProgress });
    await showRange(range, await learner.plotLrFind(range));
    const { lr, reason } = range.suggestion;
    // As many digits as the reason gives.
    if (lr !== null) byId("lr").value = Number(lr.toPrecision(2));
    rate.showOutcome(true);
    return reason;
  },
  { announced: "Training at rising rates" },
);

byId("save-curve").addEventListener("click", () => {
  element("a", { href: byId("curve").src, download: "lr-find.svg" }).click();
});

train.onGo(
  async (signal) => {
    // Epochs of few photos take milliseconds: they are drawn a few times a second.
    let timer;
    const draw = () => {
      timer = undefined;
      showEpochs(learner.history, data.valid);
      train.showOutcome(learner.history.length > 0);
    };
    const afterEpoch = ({ epoch, epochs }) => {
      train.tell(`Epoch ${epoch + 1} of ${epochs}`, (epoch + 1) / epochs);
      timer ??= setTimeout(draw, 150);
    };
    byId("verdict").replaceChildren();
    try {
      const maxLr = byId("lr").valueAsNumber;
      await learner.fitOneCycle(byId("epochs").valueAsNumber, maxLr, { signal, callbacks: [{ afterEpoch }] });
    } finally {
      // Also of epochs before a stop, or of a training before this one.
      isTrained = learner.history.length > 0;
      if (isTrained) showVerdict(await learner.validate(), data.valid);
      clearTimeout(timer);
      draw();
    }
    return `Trained. ${byId("verdict").firstElementChild.textContent}`;
  },
  { announced: "Training", stopped: "Stopped. What was learnt is kept; Train goes on from there." },
);

/** @param photo a File or Blob. */
function tryPhoto(photo) {
  trying.run(
    async (signal) => {
      const { label, scores } = await learner.predict(photo, { signal });
      byId("tried").replaceChildren(thumbnail(photo, { size: 320, isSquare: false }));
      showScores(scores);
      trying.showOutcome(true);
      return `It shows: ${label}.`;
    },
    { announced: "Looking at the photo" },
  );
}

const mayTry = () => isTrained && !steps.isBusy();

byId("choose-photo").addEventListener("change", ({ target }) => {
  const [photo] = target.files;
  target.value = "";
  if (photo) tryPhoto(photo);
});
onDrop(byId("try"), ({ files: [photo] }) => photo && tryPhoto(photo), mayTry);
document.addEventListener("paste", ({ clipboardData: { files } }) => {
  if (files.length > 0 && mayTry()) tryPhoto(files[0]);
});

/** Images to try that are in none of the classes. */
function offer(files) {
  const pictures = files.map((file, i) => {
    const picture = element("button", { type: "button", className: "picture" }, thumbnail(file, { size: 96 }));
    picture.setAttribute("aria-label", `Try example image ${i + 1}`);
    picture.addEventListener("click", () => tryPhoto(file));
    return picture;
  });
  const row = byId("unseen");
  row.hidden = false;
  row.replaceChildren(row.firstElementChild, ...pictures);
}

download.onGo(
  async (signal) => {
    const name = byId("name").value.trim();
    const files = await learner.exportOnnx(name, { signal });
    byId("exported").replaceChildren(...files.map((file) => element("li", {}, element("code", {}, file))));
    byId("usage-node").textContent = usage(name);
    download.showOutcome(true);
    return `${name}.zip is downloaded.`;
  },
  { announced: "Writing the files" },
);

const usage = (name) => `import { loadClassifier } from "regraft";

const classifier = await loadClassifier(${JSON.stringify(name)});
const { label, probability } = await classifier.predict("photo.jpg");`;

// A file that misses its place would replace the page.
for (const event of ["dragover", "drop"]) document.addEventListener(event, (dropped) => dropped.preventDefault());
refresh();
