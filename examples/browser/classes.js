// The first step: classes, and the photos of each.
import { createClassCard } from "./class-card.js";
import { breather, byId, count, onDrop } from "./dom.js";
import { chosenFolder, droppedFiles } from "./files.js";

/**
 * @param say shows a sentence in the step.
 * @param onChange called whenever photos or classes are others.
 */
export function createClasses({ say, onChange }) {
  const classes = [];
  const find = (name) => classes.find((one) => one.name === name);

  const changed = () => {
    const photos = classes.reduce((sum, { files }) => sum + files.length, 0);
    const empty = classes.filter(({ files }) => files.length === 0).map(({ name }) => name);
    const left = empty.length > 0 ? ` Without photos, and so left out: ${someOf(empty)}.` : "";
    byId("photos-summary").textContent =
      classes.length === 0
        ? "No photos yet."
        : `${count(photos, "photo")} in ${count(classes.length, "class", "classes")}.${left}`;
    onChange();
  };

  /** @returns how many of the files the class had already: one twice might be trained on and validated on. */
  const addFiles = async (name, files, breathe) => {
    const one = find(name) ?? addClass(name);
    let known = 0;
    for (const file of files) {
      // The browser asks the disk for size and time, while the page waits.
      const key = `${file.name}|${file.size}|${file.lastModified}`;
      if (one.seen.has(key)) known++;
      else one.files.push(file);
      one.seen.add(key);
      await breathe();
    }
    one.showPhotos(one.files);
    return known;
  };

  const addAll = async (byName, { leftOut = [], loose = [] } = {}) => {
    const breathe = breather();
    let known = 0;
    for (const [name, files] of byName) known += await addFiles(name, files, breathe);
    changed();
    const sentences = [
      known > 0 && `${count(known, "photo was", "photos were")} there already.`,
      leftOut.length > 0 && `Left out, being no images in a class's folder: ${someOf(leftOut)}.`,
      loose.length > 0 && `Of no class: ${someOf(loose.map(({ name }) => name))}. Drop photos onto a class.`,
    ];
    say(sentences.filter(Boolean).join(" "), leftOut.length + loose.length > 0 ? "warning" : "note");
  };

  /** Takes what was dropped, as soon as it is read. */
  const take = async (transfer, add) => {
    try {
      await add(await droppedFiles(transfer));
    } catch (error) {
      say(`Cannot read what was dropped: ${error.message}`, "error");
    }
  };

  /** Says why a class cannot be called so, if it cannot. */
  const refuses = (name) => {
    const problem = name === "" ? "A class needs a name." : find(name) && `There is a class ${name} already.`;
    say(problem ?? "", "error");
    return problem !== undefined;
  };

  function addClass(name) {
    const { card, showName, showPhotos, ...controls } = createClassCard();
    const one = { name, files: [], seen: new Set(), showPhotos };
    showName(name);
    controls.name.addEventListener("change", () => {
      const wanted = controls.name.value.trim();
      if (wanted !== one.name && !refuses(wanted)) {
        one.name = wanted;
        changed();
      }
      showName(one.name);
    });
    controls.photos.addEventListener("change", () => {
      addAll([[one.name, [...controls.photos.files]]]);
      controls.photos.value = "";
    });
    controls.remove.addEventListener("click", () => {
      classes.splice(classes.indexOf(one), 1);
      card.remove();
      byId("class-name").focus();
      say("");
      changed();
    });
    // Of folders, whatever they are called, all photos belong to this class.
    onDrop(card, (transfer) =>
      take(transfer, ({ loose, classes, leftOut }) =>
        addAll([[one.name, [...loose, ...[...classes.values()].flat()]]], { leftOut }),
      ),
    );
    classes.push(one);
    byId("classes").append(card);
    return one;
  }

  byId("add-class").addEventListener("submit", (event) => {
    event.preventDefault();
    const input = byId("class-name");
    const name = input.value.trim();
    if (!refuses(name)) {
      addAll([[name, []]]);
      input.value = "";
    }
    input.focus();
  });
  byId("choose-folder").addEventListener("change", ({ target }) => {
    const { classes, leftOut } = chosenFolder(target.files);
    addAll(classes, { leftOut });
    target.value = "";
  });
  onDrop(byId("photos"), (transfer) =>
    take(transfer, ({ classes, leftOut, loose }) => addAll(classes, { leftOut, loose })),
  );

  return {
    addAll,
    /** As `imageFiles` takes them. */
    byName: () => Object.fromEntries(classes.map(({ name, files }) => [name, files])),
  };
}

/** The first few of many names. */
const someOf = (names) => names.slice(0, 5).join(", ") + (names.length > 5 ? ` and ${names.length - 5} more` : "");
