import { expect, test, vi } from "vitest";
import type { Action } from "./action";
import { createRegistry } from "./registry";
import { type KeyPress, pressMatches, sequenceMatches, worksWhileWriting } from "./shortcut";

function key(name: string, over: Partial<KeyPress> = {}): KeyPress {
  return { key: name, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...over };
}

function action(id: string, over: Partial<Action> = {}): Action {
  return { id, group: "act", name: () => id, perform: vi.fn(), ...over };
}

test.each([
  ["mod+k", key("k", { ctrlKey: true }), false, true],
  ["mod+k", key("k", { metaKey: true }), true, true],
  ["mod+k", key("k", { metaKey: true }), false, false],
  ["mod+k", key("k"), false, false],
  ["k", key("k", { ctrlKey: true }), false, false],
  ["k", key("K", { shiftKey: true }), false, false],
  ["shift+k", key("K", { shiftKey: true }), false, true],
  ["?", key("?", { shiftKey: true }), false, true],
  ["?", key("?"), false, true],
  ["mod+/", key("/", { ctrlKey: true }), false, true],
  ["escape", key("Escape"), false, true],
  ["space", key(" "), false, true],
])("%s with %o (Apple: %s) is %s", (chord, press, apple, want) => {
  expect(pressMatches(chord, press, apple)).toBe(want);
});

test("a sequence is begun by its first key and done by its last", () => {
  expect(sequenceMatches("g c", [key("g")])).toBe("begun");
  expect(sequenceMatches("g c", [key("g"), key("c")])).toBe("done");
  expect(sequenceMatches("g c", [key("c")])).toBe("none");
  expect(sequenceMatches("g c", [key("g"), key("c"), key("c")])).toBe("none");
});

test.each([
  ["mod+k", true],
  ["escape", true],
  ["e", false],
  ["g c", false],
  ["?", false],
])("%s works while writing: %s", (shortcut, want) => {
  expect(worksWhileWriting(shortcut)).toBe(want);
});

test("a key performs its action, but not while one writes", () => {
  const registry = createRegistry();
  const close = action("close", { shortcut: "e" });
  registry.add([close]);
  expect(registry.press(key("e"), true)).toBe(false);
  expect(registry.press(key("e"), false)).toBe(true);
  expect(close.perform).toHaveBeenCalledTimes(1);
});

test("a sequence must be finished within a second, and a wrong key starts anew", () => {
  let time = 0;
  const registry = createRegistry(() => time);
  const go = action("go", { shortcut: "g c" });
  const close = action("close", { shortcut: "e" });
  registry.add([go, close]);
  registry.press(key("g"), false);
  time = 900;
  registry.press(key("c"), false);
  expect(go.perform).toHaveBeenCalledTimes(1);
  registry.press(key("g"), false);
  time = 2500;
  expect(registry.press(key("c"), false)).toBe(false);
  registry.press(key("g"), false);
  registry.press(key("e"), false);
  expect(close.perform).toHaveBeenCalledTimes(1);
});

test("the newest of two actions with one key wins, and the older is back when it goes", () => {
  const registry = createRegistry();
  const below = action("below", { shortcut: "e" });
  const above = action("above", { shortcut: "e" });
  registry.add([below]);
  const remove = registry.add([above]);
  registry.press(key("e"), false);
  remove();
  registry.press(key("e"), false);
  expect(above.perform).toHaveBeenCalledTimes(1);
  expect(below.perform).toHaveBeenCalledTimes(1);
});

test("what is not visible is neither listed nor performed", () => {
  const registry = createRegistry();
  const hidden = action("hidden", { shortcut: "e", visible: () => false });
  registry.add([hidden, action("shown")]);
  expect(registry.visible().map(({ id }) => id)).toEqual(["shown"]);
  expect(registry.press(key("e"), false)).toBe(false);
});

test("one id is listed once, and listeners hear of changes", () => {
  const registry = createRegistry();
  const heard = vi.fn();
  registry.subscribe(heard);
  registry.add([action("a", { group: "go" })]);
  const remove = registry.add([action("a", { group: "act" })]);
  expect(registry.all().map(({ id, group }) => [id, group])).toEqual([["a", "act"]]);
  remove();
  expect(registry.all().map(({ id, group }) => [id, group])).toEqual([["a", "go"]]);
  expect(heard).toHaveBeenCalledTimes(3);
});
