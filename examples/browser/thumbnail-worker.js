// Makes small pictures of photos, one after the other: a large photo takes a moment, for which the page need not wait.
let last = Promise.resolve();

addEventListener("message", ({ data: { id, file, size, isSquare } }) => {
  last = last.then(async () => {
    const bitmap = await shrunk(file, size, isSquare).catch(() => undefined);
    postMessage({ id, bitmap }, bitmap ? [bitmap] : []);
  });
});

async function shrunk(file, size, isSquare) {
  const photo = await createImageBitmap(file);
  const { width, height } = photo;
  const shorter = Math.min(width, height);
  const [w, h] = isSquare ? [shorter, shorter] : [width, height];
  // Tiny photos are made larger, not blurred: their pixels are all there is to see.
  const scale = size / Math.max(w, h);
  const bitmap = await createImageBitmap(photo, (width - w) >> 1, (height - h) >> 1, w, h, {
    resizeWidth: Math.max(1, Math.round(w * scale)),
    resizeHeight: Math.max(1, Math.round(h * scale)),
    resizeQuality: scale < 1 ? "medium" : "pixelated",
  });
  photo.close();
  return bitmap;
}
