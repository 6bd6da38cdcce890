import { expect, test } from "vitest";
import { headerFit } from "./fit";

test.each([
  [360, []],
  [440, ["close"]],
  [500, ["contact", "close"]],
  [580, ["snooze", "contact", "close"]],
  [660, ["assigneeName", "snooze", "contact", "close"]],
])("a header of %d px has room for %j", (width, want) => {
  const fit = headerFit(width);
  expect(Object.entries(fit).flatMap(([name, shown]) => (shown ? [name] : []))).toEqual(want);
});
