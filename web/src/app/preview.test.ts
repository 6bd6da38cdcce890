import { Image } from "lucide-react";
import { expect, test } from "vitest";
import { previewOf } from "./preview";

test("text stands alone, on one line", () => {
  expect(previewOf({ type: "text", text: " Dobrý deň,\n\nmám otázku " })).toEqual({
    icon: null,
    kind: "text",
    text: "Dobrý deň, mám otázku",
  });
});

test("media are named, and keep their caption", () => {
  expect(previewOf({ type: "image", text: "" })).toEqual({ icon: Image, kind: "image", text: "" });
  expect(previewOf({ type: "image", text: "the strap" }).text).toBe("the strap");
});

test("what has words of its own needs no name", () => {
  for (const type of ["button", "system", "welcome"] as const) {
    expect(previewOf({ type, text: "Yes" }).icon).toBeNull();
  }
});

test("a text without words was withdrawn", () => {
  expect(previewOf({ type: "text", text: "" }).kind).toBe("withdrawn");
});

test("the marks of formatting are left out", () => {
  expect(previewOf({ type: "text", text: "*Sale* ends _today_" }).text).toBe("Sale ends today");
});
