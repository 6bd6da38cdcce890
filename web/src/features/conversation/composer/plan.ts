import { type FileKind, MAX_CAPTION, takesCaption } from "./limits";

export type Planned<F> = { kind: "text"; text: string } | { kind: FileKind; text: string; file: F };

/**
 * The messages that a text and the files beside it become, in order: the text is the caption of the
 * first file that takes one, and goes on its own where none does, or where it is too long for that.
 */
export function planMessages<F>(
  text: string,
  files: readonly { kind: FileKind; file: F }[],
): Planned<F>[] {
  const words = text.trim();
  const bearer =
    words !== "" && words.length <= MAX_CAPTION
      ? files.findIndex(({ kind }) => takesCaption(kind))
      : -1;
  const planned: Planned<F>[] = files.map(({ kind, file }, index) => ({
    kind,
    file,
    text: index === bearer ? words : "",
  }));
  if (words !== "" && bearer === -1) planned.push({ kind: "text", text: words });
  return planned;
}
