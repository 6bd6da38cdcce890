import { expect, test } from "vitest";
import { draftTexts, EMPTY_DRAFT, onDraft, readDraft, writeDraft } from "./drafts";

function storage() {
  const values = new Map<string, string>();
  return {
    values,
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => void values.set(key, value),
    removeItem: (key: string) => void values.delete(key),
    key: (index: number) => [...values.keys()][index] ?? null,
    get length() {
      return values.size;
    },
  };
}

test("a draft is kept per member and conversation", () => {
  const kept = storage();
  const draft = { mode: "note", reply: "hello", note: "call her", replyTo: "7" } as const;
  writeDraft(kept, "m1", "c1", draft);
  expect(readDraft(kept, "m1", "c1")).toEqual(draft);
  expect(readDraft(kept, "m1", "c2")).toEqual(EMPTY_DRAFT);
  expect(readDraft(kept, "m2", "c1")).toEqual(EMPTY_DRAFT);
});

test("an emptied draft leaves nothing behind", () => {
  const kept = storage();
  writeDraft(kept, "m1", "c1", { ...EMPTY_DRAFT, reply: "x" });
  writeDraft(kept, "m1", "c1", { ...EMPTY_DRAFT, reply: "  " });
  expect(kept.values.size).toBe(0);
});

test.each(["", "{", "null", "[1]", '{"mode":7,"reply":{}}'])(
  "%j is read as an empty draft",
  (text) => {
    const kept = storage();
    kept.values.set("parley.draft.m1.c1", text);
    expect(readDraft(kept, "m1", "c1")).toEqual(EMPTY_DRAFT);
  },
);

test("a storage that refuses does not stop anybody", () => {
  const full = {
    getItem: () => {
      throw new Error("denied");
    },
    setItem: () => {
      throw new Error("full");
    },
    removeItem: () => {},
  };
  expect(readDraft(full, "m1", "c1")).toEqual(EMPTY_DRAFT);
  writeDraft(full, "m1", "c1", { ...EMPTY_DRAFT, reply: "x" });
});

test("the drafts of one member are listed, and watchers hear of each", () => {
  const kept = storage();
  let heard = 0;
  const stop = onDraft(() => heard++);
  kept.values.set("parley.theme", "dark");
  writeDraft(kept, "m1", "c1", { ...EMPTY_DRAFT, reply: " hello " });
  writeDraft(kept, "m1", "c2", { ...EMPTY_DRAFT, note: "call her" });
  writeDraft(kept, "m1", "c3", { ...EMPTY_DRAFT, replyTo: "7" });
  writeDraft(kept, "m12", "c4", { ...EMPTY_DRAFT, reply: "not mine" });
  stop();
  expect([...draftTexts(kept, "m1")]).toEqual([
    ["c1", "hello"],
    ["c2", "call her"],
  ]);
  expect(heard).toBe(4);
});
