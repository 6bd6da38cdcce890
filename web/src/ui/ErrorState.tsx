import { CircleAlert, RotateCw } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button } from "./Button";

export type ErrorStateProps = {
  title: string;
  /** What happened and what to do. */
  text: string;
  onRetry?: () => void;
  pending?: boolean;
};

export function ErrorState({ title, text, onRetry, pending }: ErrorStateProps) {
  const { t } = useTranslation();
  return (
    <div
      role="alert"
      className="flex grow flex-col items-center justify-center gap-2 p-8 text-center"
    >
      <CircleAlert aria-hidden className="size-8 text-bad" strokeWidth={1.5} />
      <h2 className="text-14 font-semibold">{title}</h2>
      <p className="max-w-96 text-13 text-muted">{text}</p>
      {onRetry && (
        <div className="pt-2">
          <Button icon={RotateCw} onClick={onRetry} pending={pending}>
            {t("ui.retry")}
          </Button>
        </div>
      )}
    </div>
  );
}
