// What it means when a connection cannot be made, or does not last.
import { Failure } from "../../engine/downloads/download-failure.js";

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
