import type { Purchase } from "@/api/types";

/** The sum of an order per currency; a price that is no number counts as none. */
export function orderTotals({ items }: Purchase): { currency: string; total: number }[] {
  const totals = new Map<string, number>();
  for (const { price, quantity, currency } of items) {
    const one = Number(price);
    if (!Number.isFinite(one)) continue;
    totals.set(currency, (totals.get(currency) ?? 0) + Math.round(one * 1000) * quantity);
  }
  return [...totals].map(([currency, thousandths]) => ({ currency, total: thousandths / 1000 }));
}
