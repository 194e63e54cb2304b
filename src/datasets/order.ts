// Sorting that is the same on every machine.

/** `items` sorted by UTF-16 code units of their key; file systems and locales disagree on any other order. */
export function inOrder<T>(items: Iterable<T>, keyOf: (item: T) => string): T[] {
  return [...items].sort((a, b) => {
    const [left, right] = [keyOf(a), keyOf(b)];
    return left < right ? -1 : left > right ? 1 : 0;
  });
}
