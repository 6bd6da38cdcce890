import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { errorText } from "@/api/error";
import { ErrorState } from "@/ui/ErrorState";
import { SkeletonRows } from "@/ui/Skeleton";

export type RowListProps<T> = {
  /** The answer of a list's query, as useQuery gives it. */
  query: {
    data: { items: readonly T[] } | undefined;
    error: Error | null;
    isFetching: boolean;
    refetch: () => unknown;
  };
  /** Said when it could not be loaded. */
  errorTitle: string;
  keyOf: (item: T) => string;
  row: (item: T) => ReactNode;
  /** In place of a list without rows. */
  empty?: ReactNode;
};

/** A short list in a frame, with its loading and its failure. */
export function RowList<T>({ query, errorTitle, keyOf, row, empty }: RowListProps<T>) {
  const { t } = useTranslation();
  const { data, error, isFetching, refetch } = query;
  if (!data && error) {
    return (
      <ErrorState
        title={errorTitle}
        text={errorText(t, error)}
        onRetry={() => void refetch()}
        pending={isFetching}
      />
    );
  }
  if (!data) return <SkeletonRows rows={3} />;
  if (data.items.length === 0) {
    return (
      <div className="rounded-8 border border-line p-4 text-center text-13 text-muted">{empty}</div>
    );
  }
  return (
    <ul className="rounded-8 border border-line">
      {data.items.map((item) => (
        <li
          key={keyOf(item)}
          className="flex items-center gap-3 border-b border-line p-3 last:border-b-0"
        >
          {row(item)}
        </li>
      ))}
    </ul>
  );
}
