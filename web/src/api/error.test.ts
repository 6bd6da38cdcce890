import type { TFunction } from "i18next";
import { expect, test } from "vitest";
import { ApiError, errorText, readError } from "./error";

test("problem+json becomes a typed error with its fields", async () => {
  const error = await readError(
    new Response(
      JSON.stringify({
        title: "Unprocessable Entity",
        detail: "Check the marked fields.",
        code: "invalid",
        errors: [{ location: "body.email", message: "is not an e-mail address" }, { odd: 1 }],
        allowed: ["template"],
      }),
      { status: 422, headers: { "Content-Type": "application/problem+json" } },
    ),
  );
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({
    status: 422,
    code: "invalid",
    message: "Check the marked fields.",
  });
  expect(error.field("email")).toBe("is not an e-mail address");
  expect(error.field("password")).toBeUndefined();
  expect(error.problem.allowed).toEqual(["template"]);
});

test.each([
  [401, "unauthorized"],
  [403, "forbidden"],
  [404, "not_found"],
  [429, "rate_limited"],
  [502, "internal"],
  [400, "invalid"],
])("an answer %d without a body is %s", async (status, code) => {
  const error = await readError(new Response("<html>", { status }));
  expect(error.code).toBe(code);
});

const t = ((key: string) => key) as unknown as TFunction;

test.each(["forbidden", "not_found", "rate_limited", "internal", "conflict"])(
  "what the server says of %s is what people read",
  (code) => {
    const problem = { title: "In general", detail: "The set-up code is wrong.", code };
    expect(errorText(t, new ApiError(403, problem))).toBe("The set-up code is wrong.");
  },
);

test("where it says nothing the code is put into words", () => {
  expect(errorText(t, new ApiError(403, {}))).toBe("errors.forbidden");
  expect(errorText(t, new ApiError(0, {}))).toBe("errors.network");
  expect(errorText(t, new Error("a bug"))).toBe("errors.unexpected");
});
