import "i18next";
import type first from "./en";
import type conversation from "./en/conversation.json";
import type demo from "./en/demo.json";
import type settings from "./en/settings.json";

type Catalogue = typeof first & {
  conversation: typeof conversation;
  demo: typeof demo;
  settings: typeof settings;
};

/** The keys of a catalogue as they are written, `chats.view.mine`; a plural has one for all its forms. */
type Keys<T, Path extends string = ""> = {
  [Name in keyof T & string]: T[Name] extends string
    ? `${Path}${Singular<Name>}`
    : Keys<T[Name], `${Path}${Name}.`>;
}[keyof T & string];

type Singular<Name extends string> = Name extends `${infer Start}_${Form}` ? Start : Name;
type Form = "zero" | "one" | "two" | "few" | "many" | "other";

declare module "i18next" {
  interface CustomTypeOptions {
    enableSelector: false;
    returnNull: false;
    nsSeparator: false;
    // The keys are flat for the compiler alone: i18next's own types walk each path again for each call.
    keySeparator: false;
    resources: { translation: Record<Keys<Catalogue>, string> };
  }
}
