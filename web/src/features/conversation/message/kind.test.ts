import { expect, test } from "vitest";
import type { Message } from "@/api/types";
import { message } from "../samples";
import { type BodyKind, bodyKind } from "./kind";

const choice = { kind: "button", id: "1", title: "Yes" };
const interactive = { kind: "button" as const, body: "Which?" };

test.each<[string, Partial<Message>, BodyKind]>([
  ["text", { text: "hi" }, "text"],
  ["two emojis", { text: "👍 🎉" }, "emoji"],
  [
    "withdrawn, whatever it was",
    { type: "image", revoked_at: "2026-03-01T10:00:00Z" },
    "withdrawn",
  ],
  ["a voice note", { type: "audio", voice: true }, "voice"],
  ["a song", { type: "audio" }, "audio"],
  ["buttons that we sent", { type: "interactive", interactive }, "interactive"],
  ["what was tapped", { type: "interactive", choice }, "choice"],
  ["a template's button", { type: "button", text: "Yes" }, "choice"],
  ["an order", { type: "order", order: { catalog_id: "1", items: [] } }, "order"],
  ["an order without its content", { type: "order" }, "unsupported"],
  ["a location without its content", { type: "location" }, "unsupported"],
  ["a note", { type: "note", direction: "internal" }, "note"],
  ["a note of one emoji is still a note", { type: "note", text: "👍" }, "note"],
  ["what came unknown", { type: "unsupported" }, "unsupported"],
  ["a type of a later server", { type: "hologram" as Message["type"] }, "unsupported"],
])("%s", (_name, over, want) => {
  expect(bodyKind(message("m", over))).toBe(want);
});
