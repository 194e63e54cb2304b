// Photos and models that lie beside the repository on the project's machines. A clone elsewhere has none of them:
// what needs them is skipped, and says so.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe } from "vitest";

const root = fileURLToPath(new URL("../../../shared/", import.meta.url));

export const hasShared = existsSync(root);

export const sharedPath = (...parts: string[]): string => root + parts.join("/");

export function describeShared(name: string, suite: () => void): void {
  if (!hasShared) console.warn(`skipped, needs ../shared: ${name}`);
  (hasShared ? describe : describe.skip)(name, suite);
}
