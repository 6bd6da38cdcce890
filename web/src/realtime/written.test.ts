import { expect, test } from "vitest";
import type { Message } from "@/api/types";
import { createWritten } from "./written";

const message = (id: string, author: string | null, conversation_id = "7", kind = "member") =>
  ({ id, conversation_id, author: { kind, id: author, name: null } }) as Message;

test("a member's new message says that they have stopped writing", () => {
  const written = createWritten();
  expect(written(message("99", "1"))).toBe("1");
  expect(written(message("100", "1"))).toBe("1");
  expect(written(message("101", "2"))).toBe("2");
  expect(written(message("50", "1", "8"))).toBe("1");
});

test("ticks of a message that was there already say nothing", () => {
  const written = createWritten();
  written(message("99", "1"));
  written(message("100", "1"));
  expect(written(message("100", "1"))).toBeNull();
  expect(written(message("99", "1"))).toBeNull();
});

test("nor does what a customer or the business's phone wrote", () => {
  const written = createWritten();
  expect(written(message("1", null, "7", "contact"))).toBeNull();
  expect(written(message("2", null))).toBeNull();
});
