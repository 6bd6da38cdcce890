import type { BodyProps } from "../body";

/** A few emojis and nothing else, large. */
export function EmojiBody({ message: { text } }: BodyProps) {
  return <p className="text-[2rem]/10">{text}</p>;
}
