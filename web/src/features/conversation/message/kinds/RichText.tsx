import { linkParts } from "../text";

/** A foreign text: its own direction, its line breaks, its links made safe. */
export function RichText({ text }: { text: string }) {
  return (
    <p dir="auto" className="min-w-0 whitespace-pre-wrap break-words [overflow-wrap:anywhere]">
      {linkParts(text).map((part, index) => {
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
      })}
    </p>
  );
}
