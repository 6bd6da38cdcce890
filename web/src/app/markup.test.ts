import { expect, test } from "vitest";
import { MARKS, type Markup, parseMarkup, plainText } from "./markup";

/** As tags, to be read easily. */
const shown = (parts: readonly Markup[]): string =>
  parts
    .map((part) =>
      part.kind === "text"
        ? part.text
        : part.kind === "code"
          ? `<code>${part.text}</code>`
          : `<${part.kind}>${shown(part.parts)}</${part.kind}>`,
    )
    .join("");

const source = (parts: readonly Markup[]): string =>
  parts
    .map((part) => {
      if (part.kind === "text") return part.text;
      if (part.kind === "code") return part.mark + part.text + part.mark;
      return MARKS[part.kind] + source(part.parts) + MARKS[part.kind];
    })
    .join("");

test.each([
  ["*bold* _italic_ ~strike~", "<bold>bold</bold> <italic>italic</italic> <strike>strike</strike>"],
  ["a ```two\nlines *as is*``` b", "a <code>two\nlines *as is*</code> b"],
  ["run `make *all*`.", "run <code>make *all*</code>."],
  ["*_both_*, (*in brackets*)!", "<bold><italic>both</italic></bold>, (<bold>in brackets</bold>)!"],
  ["*dvadsať eur*čka", "*dvadsať eur*čka"],
  ["2*3*4 and snake_case_name", "2*3*4 and snake_case_name"],
  ["* not * bold", "* not * bold"],
  ["*not over\ntwo lines*", "*not over\ntwo lines*"],
  ["*alone, _and_ one", "*alone, <italic>and</italic> one"],
  ["**", "**"],
  ["``````", "``````"],
  ["see https://x.test/_a_/*b* _now_", "see https://x.test/_a_/*b* <italic>now</italic>"],
  ["*https://x.test/a_b*", "<bold>https://x.test/a_b</bold>"],
  ["<b>*no* HTML</b>", "<b><bold>no</bold> HTML</b>"],
])("%j", (text, want) => {
  expect(shown(parseMarkup(text))).toBe(want);
});

test("a preview has the words alone", () => {
  expect(plainText("*Hello* _dear ~old~ friend_ `x`")).toBe("Hello dear old friend x");
});

/** The same texts each time. */
function* texts(count: number): Generator<string> {
  const signs = [
    "*",
    "_",
    "~",
    "`",
    "```",
    " ",
    "\n",
    "a",
    "ž",
    "1",
    ".",
    "😀",
    "https://x.test/_",
    "(",
  ];
  let state = 42;
  const below = (limit: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  for (let made = 0; made < count; made++) {
    yield Array.from({ length: below(24) }, () => signs[below(signs.length)]).join("");
  }
}

test("nothing of any text is lost, doubled or moved", () => {
  for (const text of texts(5000)) {
    const parts = parseMarkup(text);
    expect(source(parts)).toBe(text);
    for (const part of parts) if ("parts" in part) expect(part.parts).not.toHaveLength(0);
  }
});

test("a text of marks alone is read as fast as any other", () => {
  const text = "*a _b ~c `d ".repeat(50_000);
  expect(source(parseMarkup(text))).toBe(text);
});
