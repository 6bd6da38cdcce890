import { RichText } from "./RichText";

/** The words under a file. */
export function Caption({ text }: { text: string }) {
  if (!text) return null;
  return (
    <div className="max-w-80">
      <RichText text={text} />
    </div>
  );
}
