// Why one try of a download failed, and whether another one may help.

/** Of a file whose size nobody knows beforehand: 2 GiB. */
export const mostBytes = 2 ** 31;

export interface FailureFacts {
  readonly status?: number;
  /** Whether to try again. */
  readonly passing?: boolean;
  /** Milliseconds that the server asks to wait for. */
  readonly retryAfter?: number;
  /** What the user can do about it, in a sentence. */
  readonly remedy?: string;
  readonly cause?: unknown;
}

export class Failure extends Error {
  constructor(
    /** In words that follow a colon. */
    readonly reason: string,
    readonly facts: FailureFacts = {},
  ) {
    super(reason, { cause: facts.cause });
  }
}

export interface Refusal {
  readonly status: number;
  /** The header Retry-After. */
  readonly retryAfter: string | undefined;
  /** What the user can do to be let in, in a sentence. */
  readonly gated: string;
}

/** What a server's refusal means. */
export function statusFailure({ status, retryAfter, gated }: Refusal, now = Date.now()): Failure {
  const wait = waitOf(retryAfter, now);
  const reason = `the server answers ${status}${names[status] ? ` (${names[status]})` : ""}`;
  const passing = status >= 500 || status === 429 || status === 408;
  const remedy = status === 401 || status === 403 ? gated : remedies[status];
  return new Failure(reason, {
    status,
    passing,
    ...(wait !== undefined && { retryAfter: wait }),
    ...(remedy && { remedy }),
  });
}

export const tooLittle = (done: number, total: number): Failure =>
  new Failure(`only ${done} of ${total} bytes came`, { passing: true });

/** Of an answer that does not end where it should. */
export const tooMuch = (most: number): Failure =>
  new Failure(`the server sends more than the ${most} bytes that it should be`);

export const tooLarge = (total: number): Failure =>
  new Failure(`it has ${total} bytes, more than the ${mostBytes} that are allowed`);

export const otherSize = (total: number, bytes: number): Failure =>
  new Failure(`the server has a file of ${total} bytes, this one has ${bytes}`, {
    remedy: "Something between may have answered in its place, such as a page to log in at.",
  });

/** Retry-After gives seconds or a date. */
function waitOf(text: string | undefined, now: number): number | undefined {
  if (text && /^\d+$/.test(text)) return 1000 * Number(text);
  const date = text && /^[A-Z][a-z]+, /.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

const names: Readonly<Record<number, string>> = {
  401: "not authorised",
  403: "forbidden",
  404: "there is no such file",
  429: "too many requests",
};

const remedies: Readonly<Record<number, string>> = {
  404: "Check the address, or the repository's list of files.",
};
