import type { ConnectionChannelInput, ConnectionInput, ConnectionUpdate } from "@/api/types";

export type Provider = ConnectionInput["provider"];

/** A row of the form's phone numbers; the key of one that is connected already is the channel's id. */
export type NumberRow = {
  key: string;
  phone_number: string;
  phone_number_id: string;
  name: string;
  stored: boolean;
};

/** Reads a field of the form by its name; the names are the API's. */
export type ReadField = (name: string) => string;

/** The name of a field of a phone number, as the API names it in errors and findings. */
export function numberField(index: number, field: keyof ConnectionChannelInput): string {
  return `channels[${index}].${field}`;
}

/** The names of all fields of a form with so many phone numbers. */
export function fieldsOf(provider: Provider, rows: number): string[] {
  return [
    "name",
    "waba_id",
    "access_token",
    ...(provider === "cloud" ? ["app_secret", "verify_token"] : []),
    "api_base_url",
    ...Array.from({ length: rows }, (_row, index) =>
      (["phone_number", "phone_number_id", "name"] as const).map((field) =>
        numberField(index, field),
      ),
    ).flat(),
  ];
}

function channelsOf(read: ReadField, rows: number): ConnectionChannelInput[] {
  return Array.from({ length: rows }, (_row, index) => {
    const field = (name: keyof ConnectionChannelInput) => read(numberField(index, name)).trim();
    return {
      phone_number: field("phone_number"),
      // People copy ids with the spaces that they are shown with.
      phone_number_id: field("phone_number_id").replace(/\s/g, ""),
      name: field("name"),
    };
  });
}

export function newConnection(read: ReadField, provider: Provider, rows: number): ConnectionInput {
  const text = (name: string) => read(name).trim();
  return {
    kind: "whatsapp",
    provider,
    name: text("name"),
    waba_id: text("waba_id").replace(/\s/g, ""),
    access_token: text("access_token"),
    api_base_url: text("api_base_url"),
    ...(provider === "cloud" && {
      app_secret: text("app_secret"),
      verify_token: text("verify_token"),
    }),
    channels: channelsOf(read, rows),
  };
}

/** What an edited form with these rows changes. A secret that was left empty stays as it is. */
export function changedConnection(
  read: ReadField,
  provider: Provider,
  rows: readonly Pick<NumberRow, "key" | "stored">[],
): ConnectionUpdate {
  const { kind: _kind, provider: _provider, ...input } = newConnection(read, provider, rows.length);
  const { app_secret, verify_token, access_token, channels, ...rest } = input;
  return {
    ...rest,
    // By its id, so that its phone number ID can be corrected.
    channels: channels.map((channel, index) => {
      const row = rows[index];
      return row?.stored ? { id: row.key, ...channel } : channel;
    }),
    ...(app_secret && { app_secret }),
    ...(verify_token && { verify_token }),
    ...(access_token && { access_token }),
  };
}
