// Which names somebody may have meant who wrote another one.

const most = 3;

/** Those of `names` that `name` begins, or that are a slip or two away from it; the nearest first, three at most. */
export function nearNames(name: string, names: readonly string[]): string[] {
  const wanted = plain(name);
  if (wanted === "") return [];
  const slips = Math.max(1, Math.floor(wanted.length / 4));
  return names
    .map((candidate) => ({ candidate, distance: distanceBetween(wanted, plain(candidate)) }))
    .filter(({ distance, candidate }) => distance <= slips || plain(candidate).startsWith(wanted))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, most)
    .map(({ candidate }) => candidate);
}

/** How names are told apart by ear: "ResNet-34" is "resnet34". Nobody's name is longer. */
const plain = (name: string): string =>
  name
    .slice(0, 100)
    .toLowerCase()
    .replace(/[^a-z0-9]/g, "");

/** Levenshtein's: letters to insert, remove or replace. */
function distanceBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, replaced));
    }
    row = next;
  }
  return row[b.length]!;
}
