// Refusals: calls that must reject with a typed error whose message says what, where, and what to do about it.
import { expect } from "vitest";
import { type ErrorCode, type ErrorDetails, isRegraftError, type RegraftError } from "../../src/errors.js";

/**
 * The error that `call` rejects with, or throws: of this code, with a message that has all the parts. Fails when it does
 * neither, or with another error.
 */
export async function refusal<C extends ErrorCode>(
  call: () => unknown,
  code: C,
  ...parts: readonly (string | RegExp)[]
): Promise<RegraftError<C>> {
  const error = await (async () => call())().then(
    () => new Error("it was accepted"),
    (error: unknown) => error,
  );
  if (!isRegraftError(error, code)) throw error;
  for (const part of parts) expect(error.message).toMatch(part);
  return error;
}

/** What an argument was refused for, by a call that throws at once. Fails as `refusal` does. */
export function refused(action: () => unknown): ErrorDetails["invalid-argument"] {
  try {
    action();
  } catch (error) {
    if (isRegraftError(error, "invalid-argument")) return error.details;
    throw error;
  }
  throw new Error("it was accepted");
}
