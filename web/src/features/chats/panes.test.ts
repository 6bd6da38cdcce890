import { expect, test } from "vitest";
import { panesFor } from "./panes";

test.each([
  // width, open, folded: what is shown
  [1384, true, false, "views list conversation"],
  [1384, false, false, "views list conversation"],
  [1384, true, true, "list conversation"],
  [1144, true, false, "views list conversation"],
  [1024, true, false, "list conversation"],
  [844, false, false, "list conversation"],
  [768, true, false, "conversation"],
  [390, false, false, "list"],
  [390, true, false, "conversation"],
])("%d px, open %s, folded %s: %s", (width, open, folded, want) => {
  const shown = Object.entries(panesFor(width, open, folded))
    .filter(([, is]) => is)
    .map(([name]) => name);
  expect(shown.join(" ")).toBe(want);
});
