import { expect, test } from "vitest";
import { MAX_CAPTION } from "./limits";
import { planMessages } from "./plan";

test("a text goes with the first file that takes a caption", () => {
  expect(
    planMessages(" hello ", [
      { kind: "audio", file: "a" },
      { kind: "image", file: "b" },
      { kind: "image", file: "c" },
    ]),
  ).toEqual([
    { kind: "audio", file: "a", text: "" },
    { kind: "image", file: "b", text: "hello" },
    { kind: "image", file: "c", text: "" },
  ]);
});

test("it goes on its own where none takes it, or where it is too long", () => {
  const long = "x".repeat(MAX_CAPTION + 1);
  expect(planMessages("hi", [{ kind: "sticker", file: "a" }])).toEqual([
    { kind: "sticker", file: "a", text: "" },
    { kind: "text", text: "hi" },
  ]);
  expect(planMessages(long, [{ kind: "image", file: "a" }])).toEqual([
    { kind: "image", file: "a", text: "" },
    { kind: "text", text: long },
  ]);
});

test("blanks are nothing to send", () => {
  expect(planMessages(" \n ", [])).toEqual([]);
});
