import { expect, test } from "vitest";
import type { Finding } from "@/api/types";
import { sortFindings } from "./findings";

const finding = (field: string, ok: boolean, message: string): Finding => ({
  field,
  ok,
  message,
  code: null,
});

const FIELDS = new Set(["access_token", "waba_id", "channels[0].phone_number_id"]);

test("each finding stands at its field, and what is wrong comes before what is right", () => {
  const { at } = sortFindings(
    [
      finding("access_token", true, "The token is valid."),
      finding("waba_id", true, "The account is known."),
      finding("waba_id", false, "None of the numbers is in it."),
      finding("waba_id", false, "No app is subscribed."),
    ],
    (field) => FIELDS.has(field),
  );
  expect(at("access_token")).toEqual({ good: "The token is valid." });
  expect(at("waba_id")).toEqual({ error: "None of the numbers is in it. No app is subscribed." });
  expect(at("channels[0].phone_number_id")).toEqual({});
});

test("what is about no field of the form is kept apart", () => {
  const away = finding("hook_path", false, "No hook address.");
  const general = finding("", false, "WhatsApp could not say.");
  const { others } = sortFindings([away, general, finding("waba_id", true, "ok")], (field) =>
    FIELDS.has(field),
  );
  expect(others).toEqual([away, general]);
});
