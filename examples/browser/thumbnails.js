// Small pictures of photos, made in a worker and put into canvases; the photos themselves are not kept.
const worker = new Worker(new URL("thumbnail-worker.js", import.meta.url), { type: "module" });
const waiting = new Map();
let lastId = 0;

worker.addEventListener("message", ({ data: { id, bitmap } }) => {
  waiting.get(id)(bitmap);
  waiting.delete(id);
});

/**
 * A canvas that will show the photo; at first it is empty.
 * @param size of its longer side, in pixels of the screen at twice the usual density.
 */
export function thumbnail(file, { size, isSquare = true }) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  canvas.className = "thumbnail";
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", file.name);
  canvas.title = file.name;
  const id = ++lastId;
  waiting.set(id, (bitmap) => show(canvas, bitmap));
  worker.postMessage({ id, file, size, isSquare });
  return canvas;
}

function show(canvas, bitmap) {
  if (!bitmap) {
    canvas.classList.add("unreadable");
    canvas.title = `${canvas.title}: this browser cannot show it`;
    canvas.setAttribute("aria-label", canvas.title);
    return;
  }
  canvas.width = bitmap.width;
  canvas.height = bitmap.height;
  canvas.getContext("bitmaprenderer").transferFromImageBitmap(bitmap);
}
