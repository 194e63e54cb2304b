// The repository's example images, as files like those that a user drops.

/** @returns of each class its label, its files, and one more that is not among them. */
export async function fetchExamples(signal) {
  const examples = await (await fetched("examples.json", signal)).json();
  return Promise.all(
    examples.map(async ({ label, photos, unseen }) => ({
      label,
      files: await Promise.all(photos.map((path) => asFile(path, signal))),
      unseen: await asFile(unseen, signal),
    })),
  );
}

async function asFile(path, signal) {
  const photo = await (await fetched(path, signal)).blob();
  return new File([photo], path.slice(path.lastIndexOf("/") + 1), { type: photo.type, lastModified: 0 });
}

async function fetched(path, signal) {
  const response = await fetch(path, { signal });
  if (response.ok) return response;
  throw new Error(`The example images cannot be had: the server answers ${response.status} for ${path}.`);
}
