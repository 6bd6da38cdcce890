import { expect, test } from "vitest";
import type { Member } from "@/api/types";
import { present } from "./present";

const member = (id: string, name: string, removed = false) => ({ id, name, removed }) as Member;

test("lists who is here: at the desk first, without oneself and without those who left", () => {
  const members = [
    member("1", "Me"),
    member("2", "Zoe"),
    member("3", "Ana"),
    member("4", "Bo"),
    member("5", "Gone", true),
    member("6", "Off"),
  ];
  const states = {
    1: "online",
    2: "online",
    3: "away",
    4: "online",
    5: "online",
    6: "offline",
  } as const;
  expect(present(members, states, "1").map(({ name, state }) => `${name} ${state}`)).toEqual([
    "Bo online",
    "Zoe online",
    "Ana away",
  ]);
});
