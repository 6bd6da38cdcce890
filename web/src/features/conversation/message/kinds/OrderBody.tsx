import { ShoppingBag } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/i18n/useFormat";
import type { BodyProps } from "../body";
import { orderTotals } from "../order";
import { Caption } from "./Caption";
import { UnsupportedBody } from "./UnsupportedBody";

/** What the customer ordered from the catalogue. */
export function OrderBody({ message }: BodyProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const order = message.order;
  if (!order) return <UnsupportedBody message={message} />;
  return (
    <div className="flex w-72 max-w-full flex-col gap-1.5">
      <p className="flex items-center gap-1.5 font-medium">
        <ShoppingBag aria-hidden className="size-4 shrink-0 text-accent-ink" />
        {t("conversation.type.order")}
      </p>
      <ul className="rounded-8 border border-line bg-surface text-13">
        {order.items.map((item, index) => (
          <li
            // biome-ignore lint/suspicious/noArrayIndexKey: a product may be in an order twice.
            key={index}
            className="flex items-baseline gap-2 border-line px-2.5 py-1.5 not-first:border-t"
          >
            <span className="shrink-0 text-muted tabular-nums">
              {t("conversation.order_times", { quantity: item.quantity })}
            </span>
            <bdi className="min-w-0 grow break-words">{item.product_id}</bdi>
            <span className="shrink-0 tabular-nums">
              {format.money(Number(item.price), item.currency)}
            </span>
          </li>
        ))}
      </ul>
      {orderTotals(order).map(({ currency, total }) => (
        <p key={currency} className="flex justify-between gap-2 px-2.5 font-medium">
          {t("conversation.order_total")}
          <span className="tabular-nums">{format.money(total, currency)}</span>
        </p>
      ))}
      <Caption text={message.text} />
    </div>
  );
}
