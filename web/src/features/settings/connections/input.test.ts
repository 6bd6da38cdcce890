import { expect, test } from "vitest";
import { changedConnection, newConnection, numberField } from "./input";

const filled: Record<string, string> = {
  name: " Riverside ",
  waba_id: "1022 9012 9340 398",
  app_secret: " s3cret ",
  verify_token: "abc",
  access_token: "EAAG ",
  api_base_url: "",
  "channels[0].phone_number": " +1 555 0100 200 ",
  "channels[0].phone_number_id": "1065 4035 2242 922",
  "channels[0].name": "Support",
  "channels[1].phone_number": "+15550100300",
  "channels[1].phone_number_id": "106540352242923",
  "channels[1].name": "",
};
const read = (name: string) => filled[name] ?? "";
const stored = { key: "71", stored: true };

test("fields are trimmed, and ids lose the spaces that they are shown with", () => {
  expect(newConnection(read, "cloud", 2)).toEqual({
    kind: "whatsapp",
    provider: "cloud",
    name: "Riverside",
    waba_id: "102290129340398",
    app_secret: "s3cret",
    verify_token: "abc",
    access_token: "EAAG",
    api_base_url: "",
    channels: [
      { phone_number: "+1 555 0100 200", phone_number_id: "106540352242922", name: "Support" },
      { phone_number: "+15550100300", phone_number_id: "106540352242923", name: "" },
    ],
  });
});

test("360dialog has neither app secret nor verify token", () => {
  const input = newConnection(read, "360dialog", 1);
  expect(input).not.toHaveProperty("app_secret");
  expect(input).not.toHaveProperty("verify_token");
  expect(input.channels).toHaveLength(1);
});

test("a secret that is left empty is not sent; an emptied address is", () => {
  const empty = (name: string) => (/secret|token/.test(name) ? "" : read(name));
  expect(Object.keys(changedConnection(empty, "cloud", [stored])).sort()).toEqual([
    "api_base_url",
    "channels",
    "name",
    "waba_id",
  ]);
  expect(changedConnection(read, "cloud", [stored])).toMatchObject({ access_token: "EAAG" });
});

test("fields of numbers are named as the API names them", () => {
  expect(numberField(2, "phone_number_id")).toBe("channels[2].phone_number_id");
});

test("a number that is connected is named by its id, so that its phone number ID can be corrected", () => {
  const { channels } = changedConnection(read, "cloud", [stored, { key: "new", stored: false }]);
  expect(channels?.map(({ id }) => id)).toEqual(["71", undefined]);
  expect(channels?.[0]).toMatchObject({ phone_number_id: "106540352242922" });
});
