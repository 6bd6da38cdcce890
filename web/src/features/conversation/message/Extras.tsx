import { CornerUpRight, ExternalLink, Megaphone, Tag } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Message } from "@/api/types";
import { safeURL } from "./text";

/** What stands above a body: that it was forwarded, the ad it came from, the product it asks about. */
export function Extras({ message: { forwarded, referral, product } }: { message: Message }) {
  const { t } = useTranslation();
  return (
    <>
      {forwarded && (
        <p className="flex items-center gap-1 text-12 text-muted italic">
          <CornerUpRight aria-hidden className="size-3.5 shrink-0 rtl:-scale-x-100" />
          {forwarded === "often" ? t("conversation.forwarded_often") : t("conversation.forwarded")}
        </p>
      )}
      {referral && <Referral referral={referral} />}
      {product && (
        <p className="mb-1 flex max-w-80 items-center gap-2 rounded-6 bg-hover px-2 py-1.5 text-13">
          <Tag aria-hidden className="size-4 shrink-0 text-muted" />
          <span className="min-w-0 break-words">
            {t("conversation.about_product", { id: product.product_id })}
          </span>
        </p>
      )}
    </>
  );
}

function Referral({ referral }: { referral: NonNullable<Message["referral"]> }) {
  const { t } = useTranslation();
  const href = safeURL(referral.source_url ?? "");
  return (
    <div className="mb-1 max-w-80 rounded-6 border-s-2 border-warn bg-hover px-2 py-1.5">
      <p className="flex items-center gap-1.5 text-12 text-muted">
        <Megaphone aria-hidden className="size-3.5 shrink-0" />
        {referral.source_type === "post" ? t("conversation.from_post") : t("conversation.from_ad")}
      </p>
      {referral.headline && (
        <p dir="auto" className="break-words text-13 font-medium">
          {referral.headline}
        </p>
      )}
      {referral.body && (
        <p dir="auto" className="line-clamp-3 break-words text-13 text-muted">
          {referral.body}
        </p>
      )}
      {href && (
        <a
          href={href}
          target="_blank"
          rel="noopener noreferrer nofollow"
          className="inline-flex items-center gap-1 text-12 font-medium text-accent-ink hover:underline"
        >
          {t("conversation.open_ad")}
          <ExternalLink aria-hidden className="size-3" />
        </a>
      )}
    </div>
  );
}
