import { expect, test } from "vitest";
import { durationParts, formatFor } from "./format";

const at = (text: string) => Date.parse(text);
const now = at("2026-03-05T12:00:00Z");
const en = formatFor("en-GB", "UTC");

test.each([
  ["2026-03-05T11:59:30Z", "now"],
  ["2026-03-05T11:58:59Z", "1 min ago"],
  ["2026-03-05T11:00:01Z", "59 min ago"],
  ["2026-03-05T11:00:00Z", "1 hr ago"],
  ["2026-03-04T12:00:01Z", "23 hr ago"],
  ["2026-03-04T12:00:00Z", "yesterday"],
  ["2026-02-26T12:00:01Z", "6 days ago"],
  ["2026-02-26T12:00:00Z", "26 Feb"],
  ["2025-12-31T12:00:00Z", "31 Dec 2025"],
  ["2026-03-05T12:10:00Z", "in 10 min"],
])("relative: %s is %s", (text, want) => {
  expect(en.relative(at(text), now).replace(/\./g, "")).toBe(want);
});

test.each([
  ["2026-03-05T00:05:00Z", "00:05"],
  ["2026-03-04T23:55:00Z", "Wed"],
  ["2026-02-20T10:00:00Z", "20 Feb"],
  ["2024-02-20T10:00:00Z", "20 Feb 2024"],
])("short: %s is %s", (text, want) => {
  expect(en.short(at(text), now)).toBe(want);
});

test.each([
  ["en-US", "9:05 AM", "5:58 PM"],
  ["en-GB", "09:05", "17:58"],
  ["sk", "9:05", "17:58"],
])("a time in %s is written as there: %s", (language, morning, evening) => {
  const format = formatFor(language, "UTC");
  const written = ["2026-03-05T09:05:00Z", "2026-03-05T17:58:00Z"].map((text) =>
    format.time(at(text)).replace(/\s/g, " "),
  );
  expect(written).toEqual([morning, evening]);
});

test("short goes by the days of the given time zone", () => {
  const bratislava = formatFor("en-GB", "Europe/Bratislava");
  expect(bratislava.short(at("2026-03-04T23:30:00Z"), now)).toBe("00:30");
});

test.each([
  [23 * 3_600_000 + 59 * 60_000, "23h"],
  [10 * 3_600_000, "10h"],
  [2 * 3_600_000 + 5 * 60_000, "2h 5m"],
  [3_600_000, "1h"],
  [59 * 60_000 + 59_000, "59m"],
  [40_999, "40s"],
  [-5, "0s"],
])("duration: %d ms is %s", (ms, want) => {
  expect(en.duration(ms, "narrow")).toBe(want);
});

test.each([
  [2 * 3_600_000 + 5 * 60_000, "2h 5m"],
  [10 * 60_000, "10m"],
  [10 * 60_000 - 1, "9:59"],
  [65_000, "1:05"],
  [999, "0:00"],
])("left: %d ms is %s", (ms, want) => {
  expect(en.left(ms)).toBe(want);
});

test("durations speak the language", () => {
  expect(formatFor("sk").duration(2 * 3_600_000 + 5 * 60_000, "long")).toBe("2 hodiny 5 minút");
  expect(formatFor("pt-BR").duration(3_600_000, "long")).toBe("1 hora");
});

test("duration parts never round up", () => {
  expect(durationParts(2 * 3_600_000 - 1)).toEqual([
    [1, "hour"],
    [59, "minute"],
  ]);
});

test.each([
  ["2026-03-05T00:05:00Z", "Today"],
  ["2026-03-04T23:55:00Z", "Yesterday"],
  ["2026-03-03T10:00:00Z", "Tuesday 3 March"],
  ["2024-02-20T10:00:00Z", "Tuesday 20 February 2024"],
])("day: %s is %s", (text, want) => {
  expect(en.day(at(text), now).replace(/,/g, "")).toBe(want);
});

test("days are named in the reader's language and begin with a capital", () => {
  expect(formatFor("sk", "UTC").day(now, now)).toBe("Dnes");
  expect(formatFor("pt-BR", "UTC").day(at("2026-03-04T10:00:00Z"), now)).toBe("Ontem");
});

test.each([
  [1, "1 byte"],
  [999, "999 bytes"],
  [1536, "1.5 kB"],
  [340 * 1024, "340 kB"],
  [5 * 1024 * 1024, "5 MB"],
  [100 * 1024 * 1024, "100 MB"],
])("%d bytes are %s", (count, want) => {
  expect(en.bytes(count)).toBe(want);
});

test.each([
  [16 * 1024 ** 2 + 1, "16.000001 MB"],
  [16.04 * 1024 ** 2, "16.04 MB"],
  [16.3 * 1024 ** 2, "16.3 MB"],
  [20.4 * 1024 ** 2, "20 MB"],
  [16 * 1024 ** 2, "16 MB"],
])("%d bytes, beside 16 MB, are %s", (count, want) => {
  expect(en.bytes(count, 16 * 1024 ** 2)).toBe(want);
});

test("bytes are counted in the reader's language", () => {
  expect(formatFor("sk", "UTC").bytes(44)).toBe("44 bajtov");
  expect(formatFor("pt-BR", "UTC").bytes(44)).toBe("44 bytes");
});

test("an amount has its currency, also one that nobody knows", () => {
  expect(en.money(12.5, "EUR")).toBe("€12.50");
  expect(en.money(12.5, "?")).toBe("12.5 ?");
});
