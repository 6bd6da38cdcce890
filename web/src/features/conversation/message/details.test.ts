import { expect, test } from "vitest";
import { answerLines } from "./answer";
import { boxOf } from "./files";
import { orderTotals } from "./order";
import { mapURL, readPlace } from "./place";
import { playTime } from "./player/player";

test.each([
  ["48.1486, 17.1077", { latitude: 48.1486, longitude: 17.1077 }],
  ["-23.55 -46.63", { latitude: -23.55, longitude: -46.63 }],
  ["https://www.google.com/maps/@43.5081,16.4402,15z", { latitude: 43.5081, longitude: 16.4402 }],
  ["https://maps.google.com/?q=42.6977,23.3219", { latitude: 42.6977, longitude: 23.3219 }],
  [mapURL({ latitude: 43.5081, longitude: 16.4402 }), { latitude: 43.5081, longitude: 16.4402 }],
  ["91, 0", null],
  ["somewhere", null],
  ["", null],
])("the place in %j", (text, want) => {
  expect(readPlace(text)).toEqual(want);
});

test("an order is summed per currency, without the errors of binary fractions", () => {
  const line = { product_id: "x", quantity: 3, price: "0.10", currency: "EUR" };
  expect(
    orderTotals({
      catalog_id: "1",
      items: [
        line,
        { ...line, price: "0.20", quantity: 1 },
        { ...line, currency: "BRL" },
        { ...line, price: "?" },
      ],
    }),
  ).toEqual([
    { currency: "EUR", total: 0.5 },
    { currency: "BRL", total: 0.3 },
  ]);
});

test("a form's answer becomes lines, and nothing of it is lost", () => {
  expect(
    answerLines({
      flow_token: "t",
      first_name: "Ana",
      days: ["Fri", "Sat"],
      guests: 2,
      at: { x: 1 },
    }),
  ).toEqual([
    ["first name", "Ana"],
    ["days", "Fri, Sat"],
    ["guests", "2"],
    ["at", '{"x":1}'],
  ]);
  expect(answerLines(undefined)).toEqual([]);
  expect(answerLines("yes")).toEqual([["", "yes"]]);
});

test.each([
  [1600, 1200, { width: 320, height: 240 }],
  [600, 1200, { width: 160, height: 320 }],
  [200, 100, { width: 200, height: 100 }],
  [20, 20, { width: 120, height: 60 }],
  [null, null, { width: 240, height: 240 }],
])("an image of %s by %s px", (width, height, want) => {
  expect(boxOf(width, height)).toEqual(want);
});

test.each([
  [0, "0:00"],
  [7.9, "0:07"],
  [62, "1:02"],
  [3753, "1:02:33"],
])("%d s are written %s", (seconds, want) => {
  expect(playTime(seconds)).toBe(want);
});
