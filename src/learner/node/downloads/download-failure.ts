// Why one try of a download failed, and whether another one may help.

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

/** What a connection's error means. */
export function connectionFailure(cause: unknown): Failure {
  const { code = "", message } = innermost(cause);
  // Nothing changes when a certificate is looked at once more.
  if (/CERT|SELF_SIGNED|UNABLE_TO_/.test(code)) {
    const remedy = "If a proxy stands between, give its certificate with NODE_EXTRA_CA_CERTS.";
    return new Failure(`the server's certificate is not trusted (${code})`, { remedy, cause });
  }
  const remedy = "Check the network; HTTPS_PROXY names a proxy, HF_ENDPOINT a mirror of the Hugging Face hub.";
  return new Failure(reasons[code] ?? `the connection failed (${message || code})`, { passing: true, remedy, cause });
}

/** What a server's refusal means. */
export function statusFailure(status: number, retryAfter: string | undefined, now = Date.now()): Failure {
  const wait = waitOf(retryAfter, now);
  const reason = `the server answers ${status}${names[status] ? ` (${names[status]})` : ""}`;
  const passing = status >= 500 || status === 429 || status === 408;
  const remedy = remedies[status];
  return new Failure(reason, {
    status,
    passing,
    ...(wait !== undefined && { retryAfter: wait }),
    ...(remedy && { remedy }),
  });
}

/** Retry-After gives seconds or a date. */
function waitOf(text: string | undefined, now: number): number | undefined {
  if (text && /^\d+$/.test(text)) return 1000 * Number(text);
  const date = text && /^[A-Z][a-z]+, /.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** What lies under the wrappers: happy eyeballs' and undici's. */
function innermost(error: unknown): { readonly code?: string; readonly message: string } {
  if (error instanceof AggregateError && error.errors.length > 0) return innermost(error.errors[0]);
  const { cause, code } = error as { cause?: unknown; code?: string };
  if (cause instanceof Error && !code?.startsWith("E")) return innermost(cause);
  return error as Error;
}

const reasons: Readonly<Record<string, string>> = {
  ENOTFOUND: "the server's name is unknown; there seems to be no network",
  EAI_AGAIN: "the server's name cannot be looked up; there seems to be no network",
  ECONNREFUSED: "the connection was refused",
  ECONNRESET: "the connection was cut",
  EPIPE: "the connection was cut",
  UND_ERR_SOCKET: "the connection was cut",
  ETIMEDOUT: "the server does not answer",
  UND_ERR_CONNECT_TIMEOUT: "the server does not answer",
  ENETUNREACH: "the network cannot be reached",
  EHOSTUNREACH: "the server cannot be reached",
};

const names: Readonly<Record<number, string>> = {
  401: "not authorised",
  403: "forbidden",
  404: "there is no such file",
  429: "too many requests",
};

const gated = "If the repository is private or gated, ask for access on its page and set HF_TOKEN to a token of yours.";

const remedies: Readonly<Record<number, string>> = {
  401: gated,
  403: gated,
  404: "Check the address, or the repository's list of files.",
};
