import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { BodyProps } from "../body";
import { fold } from "../text";
import { RichText } from "./RichText";

/** A text, folded when it is long. */
export function TextBody({ message: { text } }: BodyProps) {
  const { t } = useTranslation();
  const [unfolded, setUnfolded] = useState(false);
  const head = fold(text);
  return (
    <>
      <RichText text={head !== null && !unfolded ? `${head}…` : text} />
      {head !== null && (
        <button
          type="button"
          aria-expanded={unfolded}
          onClick={() => setUnfolded(!unfolded)}
          className="self-start rounded-4 text-13 font-medium text-accent-ink hover:underline"
        >
          {unfolded ? t("conversation.show_less") : t("conversation.show_more")}
        </button>
      )}
    </>
  );
}
