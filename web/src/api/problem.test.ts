import type { TFunction } from "i18next";
import { expect, test } from "vitest";
import { ApiError } from "./error";
import { generalProblem } from "./problem";

const t = ((key: string) => key) as unknown as TFunction;
const invalid = (location: string) =>
  new ApiError(422, {
    detail: `The input is not right: ${location}.`,
    errors: [{ location, message: "Not so." }],
  });

test("what stands at a field is not said twice", () => {
  expect(generalProblem(t, invalid("body.name"), ["name"])).toBeUndefined();
  expect(generalProblem(t, null, ["name"])).toBeUndefined();
});

test("what the form has no field for is said in the server's words", () => {
  expect(generalProblem(t, invalid("body.channels"), ["name"])).toBe("Not so.");
  expect(generalProblem(t, new ApiError(0, {}), ["name"])).toBe("errors.network");
});
