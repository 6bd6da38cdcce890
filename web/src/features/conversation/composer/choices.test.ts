import { expect, test } from "vitest";
import { type ChoicesDraft, composeChoices, EMPTY_CHOICES } from "./choices";

const draft = (over: Partial<ChoicesDraft>): ChoicesDraft => ({
  ...EMPTY_CHOICES,
  body: " Which day? ",
  ...over,
});

test("buttons without words are left out", () => {
  expect(composeChoices(draft({ buttons: ["Friday", "", " Saturday "], footer: "  " }))).toEqual({
    value: {
      kind: "button",
      body: "Which day?",
      buttons: [
        { id: "button-1", title: "Friday" },
        { id: "button-2", title: "Saturday" },
      ],
    },
  });
});

test("a link needs a caption and an address of the web", () => {
  const link = draft({ kind: "link", caption: "Book", url: "https://example.com/book" });
  expect(composeChoices(link)).toEqual({
    value: { kind: "link", body: "Which day?", button: "Book", url: "https://example.com/book" },
  });
  expect(composeChoices({ ...link, url: "javascript:alert(1)" })).toEqual({ problem: "url" });
  expect(composeChoices({ ...link, caption: " " })).toEqual({ problem: "caption" });
});

test("a list has one section of the rows that have a title", () => {
  const list = draft({
    kind: "list",
    header: "Trips",
    caption: "Choose",
    rows: [
      { title: "Bay", description: "2 hours" },
      { title: "", description: "nothing" },
      { title: "Caves", description: "" },
    ],
  });
  expect(composeChoices(list)).toEqual({
    value: {
      kind: "list",
      header: "Trips",
      body: "Which day?",
      button: "Choose",
      sections: [
        {
          rows: [
            { id: "row-1", title: "Bay", description: "2 hours" },
            { id: "row-2", title: "Caves" },
          ],
        },
      ],
    },
  });
});

test.each<[Partial<ChoicesDraft>, string]>([
  [{ body: " " }, "body"],
  [{}, "buttons"],
  [{ buttons: ["Yes", "yes "] }, "same"],
  [{ kind: "list", caption: "Choose" }, "rows"],
])("%j lacks %s", (over, problem) => {
  expect(composeChoices(draft(over))).toEqual({ problem });
});
