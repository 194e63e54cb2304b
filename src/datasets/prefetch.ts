// Work ahead of the consumer: while it is busy with one result, the next ones are under way.

export type Outcome<T, R> = { readonly item: T; readonly result: R } | { readonly item: T; readonly error: unknown };

export interface PrefetchOptions {
  /** How many items may be under way or finished and waiting at a time. */
  readonly ahead: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The outcome of `work` for each item, in order. A failure is an outcome like any other. When the consumer stops early
 * or `signal` aborts (its reason is thrown), no further item is started and those under way are waited for, so that
 * nothing is left running behind the caller's back.
 */
export async function* prefetch<T, R>(
  items: Iterable<T>,
  work: (item: T) => Promise<R>,
  { ahead, signal }: PrefetchOptions,
): AsyncGenerator<Outcome<T, R>, void, undefined> {
  const source = items[Symbol.iterator]();
  const underWay: Promise<Outcome<T, R>>[] = [];
  const start = (): void => {
    const next = source.next();
    if (!next.done) underWay.push(settle(next.value, work));
  };
  try {
    signal?.throwIfAborted();
    for (let i = 0; i < ahead; i++) start();
    for (let first = underWay.shift(); first; first = underWay.shift()) {
      const outcome = await first;
      signal?.throwIfAborted();
      start();
      yield outcome;
    }
  } finally {
    await Promise.all(underWay);
  }
}

async function settle<T, R>(item: T, work: (item: T) => Promise<R>): Promise<Outcome<T, R>> {
  try {
    return { item, result: await work(item) };
  } catch (error) {
    return { item, error };
  }
}
