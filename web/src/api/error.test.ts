import { expect, test } from "vitest";
import { ApiError, readError } from "./error";

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
