import type { ReactNode } from "react";
import { type Markup, parseMarkup } from "@/app/markup";
import { linkParts } from "../text";

/** A foreign text: its own direction, its line breaks, its formatting, its links made safe. */
export function RichText({ text }: { text: string }) {
  return (
    <p dir="auto" className="min-w-0 whitespace-pre-wrap break-words [overflow-wrap:anywhere]">
      {parseMarkup(text).map(formatted)}
    </p>
  );
}

const TAGS = { bold: "strong", italic: "em", strike: "s" } as const;

/** The parts of one text have nothing but their place to be known by. */
function formatted(part: Markup, key: number): ReactNode {
  if (part.kind === "text") return <Linked key={key} text={part.text} />;
  if (part.kind === "code") {
    return (
      <code key={key} className="rounded-4 bg-hover px-1 font-mono text-13">
        {part.text}
      </code>
    );
  }
  const Tag = TAGS[part.kind];
  return <Tag key={key}>{part.parts.map(formatted)}</Tag>;
}

function Linked({ text }: { text: string }) {
  return linkParts(text).map((part, index) => {
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text have nothing but their place.
    if (part.kind === "text") return <span key={index}>{part.text}</span>;
    return (
      <a
        // biome-ignore lint/suspicious/noArrayIndexKey: as above.
        key={index}
        href={part.href}
        target="_blank"
        rel="noopener noreferrer nofollow"
        className="text-accent-ink underline underline-offset-2"
      >
        {part.text}
      </a>
    );
  });
}
