// The entries' types, which the compiler compares: the package ships one file of them, Node's, for browsers as well.
import { expectTypeOf, it } from "vitest";
import type * as Browser from "../src/browser.js";
import type * as Node from "../src/node.js";

it("are the same for Node and for browsers", () => {
  expectTypeOf<typeof Browser>().toEqualTypeOf<typeof Node>();
});
