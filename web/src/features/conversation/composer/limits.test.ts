import { expect, test } from "vitest";
import { judgeFile } from "./limits";

const MB = 1024 * 1024;

test.each([
  ["photo.jpg", "image/jpeg", 5 * MB, { kind: "image", problem: null }],
  ["photo.jpg", "image/jpeg", 5 * MB + 1, { kind: "image", problem: "too_large", max: 5 * MB }],
  ["clip.mp4", "video/mp4", MB, { kind: "video", problem: null }],
  ["song.m4a", "audio/x-m4a", MB, { kind: "audio", problem: null }],
  ["note.ogg", "audio/ogg; codecs=opus", MB, { kind: "audio", problem: null }],
  ["sticker.webp", "image/webp", 1000, { kind: "sticker", problem: null }],
  ["plan.pdf", "", 1000, { kind: "document", problem: null }],
  ["prices.csv", "text/csv", 1000, { kind: "document", problem: null }],
  ["page.html", "text/html", 1000, { kind: null, problem: "type" }],
  ["tool.exe", "application/x-msdownload", 1000, { kind: null, problem: "type" }],
  ["none", "", 1000, { kind: null, problem: "type" }],
  ["empty.jpg", "image/jpeg", 0, { kind: null, problem: "empty" }],
])("%s (%s, %d bytes)", (name, type, size, want) => {
  expect(judgeFile({ name, type, size })).toEqual(want);
});
