import type { Interactive } from "@/api/types";
import { safeURL } from "../message/text";

/** Limits of WhatsApp's interactive messages, in characters (Meta, "Interactive messages", v24.0). */
export const CHOICE_LIMITS = {
  body: 1024,
  listBody: 4096,
  header: 60,
  footer: 60,
  button: 20,
  buttons: 3,
  rows: 10,
  rowTitle: 24,
  rowText: 72,
} as const;

/** What is being written; of the three kinds only the chosen one counts. */
export type ChoicesDraft = {
  kind: "button" | "link" | "list";
  header: string;
  body: string;
  footer: string;
  buttons: readonly string[];
  /** Caption of the link, or of the button that opens the list. */
  caption: string;
  url: string;
  rows: readonly { title: string; description: string }[];
};

export const EMPTY_CHOICES: ChoicesDraft = {
  kind: "button",
  header: "",
  body: "",
  footer: "",
  buttons: ["", ""],
  caption: "",
  url: "",
  rows: [
    { title: "", description: "" },
    { title: "", description: "" },
  ],
};

export type ChoicesProblem = "body" | "buttons" | "rows" | "caption" | "url" | "same";

/** The message, or what is missing in it. Empty buttons and rows are left out. */
export function composeChoices(
  draft: ChoicesDraft,
): { value: Interactive } | { problem: ChoicesProblem } {
  const body = draft.body.trim();
  const header = draft.header.trim();
  const footer = draft.footer.trim();
  const caption = draft.caption.trim();
  if (!body) return { problem: "body" };
  const frame = { kind: draft.kind, body, ...(header && { header }), ...(footer && { footer }) };
  if (draft.kind === "link") {
    const url = safeURL(draft.url.trim());
    if (!caption) return { problem: "caption" };
    return url ? { value: { ...frame, button: caption, url } } : { problem: "url" };
  }
  if (draft.kind === "list") {
    const rows = draft.rows
      .map((row) => ({ title: row.title.trim(), description: row.description.trim() }))
      .filter(({ title }) => title !== "");
    if (!caption) return { problem: "caption" };
    if (rows.length === 0) return { problem: "rows" };
    if (repeats(rows.map(({ title }) => title))) return { problem: "same" };
    return {
      value: {
        ...frame,
        button: caption,
        sections: [
          {
            rows: rows.map(({ title, description }, index) => ({
              id: `row-${index + 1}`,
              title,
              ...(description && { description }),
            })),
          },
        ],
      },
    };
  }
  const titles = draft.buttons.map((title) => title.trim()).filter((title) => title !== "");
  if (titles.length === 0) return { problem: "buttons" };
  if (repeats(titles)) return { problem: "same" };
  return {
    value: {
      ...frame,
      buttons: titles.map((title, index) => ({ id: `button-${index + 1}`, title })),
    },
  };
}

function repeats(titles: readonly string[]): boolean {
  return new Set(titles.map((title) => title.toLowerCase())).size < titles.length;
}
