// A few short forms for building the page.
export const byId = (id) => document.getElementById(id);

/** An element with properties and children; what is null or undefined among the children is left out. */
export function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

export const count = (n, one, many = `${one}s`) => `${n.toLocaleString("en")} ${n === 1 ? one : many}`;

export const percent = (share, digits = 0) => `${(100 * share).toFixed(digits)} %`;

/** Tells those who do not see the page. */
export function announce(text) {
  byId("announcer").textContent = text;
}

/** Lets the page do what else it has to, every few milliseconds: `await breathe()` in a long loop. */
export function breather() {
  let started = performance.now();
  return () => {
    if (performance.now() - started < 8) return undefined;
    return new Promise((resolve) => {
      setTimeout(() => {
        started = performance.now();
        resolve();
      });
    });
  };
}

/**
 * Files dropped on `zone`, or within it where no zone of its own is.
 * @param isOpen whether it takes any now.
 */
export function onDrop(zone, take, isOpen = () => true) {
  // Moving over a child leaves and enters: only what was entered and not left counts.
  let depth = 0;
  const mark = (change) => {
    depth = Math.max(0, depth + change);
    zone.classList.toggle("dropping", depth > 0 && isOpen());
  };
  zone.addEventListener("dragenter", () => mark(1));
  zone.addEventListener("dragleave", () => mark(-1));
  zone.addEventListener("dragover", (event) => {
    if (!isOpen()) return;
    event.preventDefault();
    event.stopPropagation();
    event.dataTransfer.dropEffect = "copy";
  });
  // On its way in: a zone within may take it.
  zone.addEventListener("drop", () => mark(-depth), { capture: true });
  zone.addEventListener("drop", (event) => {
    if (!isOpen()) return;
    event.preventDefault();
    event.stopPropagation();
    take(event.dataTransfer);
  });
}
