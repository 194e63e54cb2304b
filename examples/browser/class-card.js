// One class as the page shows it: its name, how many photos it has, the first few of them, and what can be done to it.
import { count, element } from "./dom.js";
import { thumbnail } from "./thumbnails.js";

/** Pictures a class shows: thousands would only slow the page down. */
const mostShown = 8;

export function createClassCard() {
  const name = element("input", { type: "text", autocomplete: "off" });
  const photos = element("input", { type: "file", multiple: true, accept: "image/*", className: "visually-hidden" });
  const total = element("span", { className: "total" });
  const pictures = element("div", { className: "pictures" });
  const remove = element("button", { type: "button", className: "small", textContent: "Remove" });
  const card = element(
    "li",
    { className: "class" },
    element("div", { className: "class-head" }, name, total),
    pictures,
    element(
      "div",
      { className: "controls" },
      element("label", { className: "button small" }, "Add photos", photos),
      remove,
    ),
  );
  return {
    card,
    name,
    photos,
    remove,
    showName: (given) => {
      name.value = given;
      name.setAttribute("aria-label", `Name of the class ${given}`);
      photos.setAttribute("aria-label", `Add photos to ${given}`);
      remove.setAttribute("aria-label", `Remove the class ${given}`);
    },
    showPhotos: (files) => {
      total.textContent = files.length === 0 ? "drop photos here" : count(files.length, "photo");
      for (const file of files.slice(pictures.childElementCount, mostShown))
        pictures.append(thumbnail(file, { size: 96 }));
    },
  };
}
