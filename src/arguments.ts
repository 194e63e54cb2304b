// What callers hand over, checked: those without types write anything, and a misspelt option must not pass as a default.
import { invalidArgument } from "./errors.js";

/** Every field of an object of options, by name. */
export type Names<T> = Readonly<Record<keyof T, true>>;

/** Refuses what is no object, and fields that are not known. */
export function checkFields<T extends object>(option: string, given: T, known: Names<T>): T {
  if (!isObject(given)) throw invalidArgument(option, "an object of options", given);
  const stranger = Object.keys(given).find((field) => !Object.hasOwn(known, field));
  if (stranger === undefined) return given;
  throw invalidArgument(option, `options among ${Object.keys(known).join(", ")}`, stranger);
}

/** The fields that have a value: an option may be left out by being undefined. */
export const givenFields = <T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;

/** An object, and no list. */
export const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Refuses what names no folder; "" would be the current one. */
export function checkFolder(folder: unknown): void {
  if (typeof folder !== "string" || folder === "") throw invalidArgument("folder", "the path of a folder", folder);
}

/** Refuses what cannot cancel anything. */
export function checkSignal(signal: unknown): void {
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw invalidArgument("signal", "an AbortSignal", signal);
}

/** Refuses what can neither be called nor left out. */
export function checkFunction(name: string, value: unknown): void {
  if (value !== undefined && typeof value !== "function") throw invalidArgument(name, "a function", value);
}

/** Refuses what is neither true, nor false, nor left out. */
export function checkFlag(name: string, value: unknown): void {
  if (value !== undefined && typeof value !== "boolean") throw invalidArgument(name, "true or false", value);
}

/** Refuses what is no share of a whole, 0 and 1 included. */
export function checkShare(name: string, value: unknown): void {
  if (typeof value !== "number" || !(value >= 0 && value <= 1)) throw invalidArgument(name, "a share in [0, 1]", value);
}

/** Refuses what is no whole number between the two, both included. */
export function whole(name: string, value: unknown, least: number, most: number): void {
  if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most) return;
  throw invalidArgument(name, `a whole number from ${least} to ${most}`, value);
}
