import { Toast as Base } from "@base-ui/react/toast";
import { CircleAlert, CircleCheck, X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { IconButton } from "./IconButton";
import type { ToastInput } from "./Toasts";

const manager = Base.createToastManager();

/** Only once the list is mounted: a manager that nobody listens to forgets what it is given. */
export function addToast(id: string, { title, text, tone = "plain", action }: ToastInput): void {
  manager.add({
    id,
    title,
    description: text,
    type: tone,
    priority: tone === "bad" ? "high" : "low",
    timeout: tone === "bad" || action ? 10_000 : 5000,
    ...(action ? { actionProps: { children: action.label, onClick: action.onClick } } : {}),
  });
}

export const closeToast = (id: string): void => manager.close(id);

export function ToastList() {
  return (
    <Base.Provider toastManager={manager} limit={3}>
      <Base.Portal>
        <Base.Viewport className="fixed inset-x-4 bottom-16 z-toast flex flex-col gap-2 outline-none wide:start-auto wide:end-4 wide:bottom-4 wide:w-90">
          <List />
        </Base.Viewport>
      </Base.Portal>
    </Base.Provider>
  );
}

function List() {
  const { t } = useTranslation();
  const { toasts } = Base.useToastManager();
  return toasts.map((item) => (
    <Base.Root
      key={item.id}
      toast={item}
      swipeDirection={["right", "down"]}
      className="rounded-8 bg-raised shadow-raised transition-[opacity,translate] duration-150 ease-out data-ending-style:opacity-0 data-limited:hidden data-starting-style:translate-y-2 data-starting-style:opacity-0"
    >
      <Base.Content className="flex items-start gap-2 py-2 ps-3 pe-1">
        {item.type === "good" && (
          <CircleCheck aria-hidden className="mt-1.5 size-4 shrink-0 text-good" />
        )}
        {item.type === "bad" && (
          <CircleAlert aria-hidden className="mt-1.5 size-4 shrink-0 text-bad" />
        )}
        <div className="min-w-0 grow py-1">
          <Base.Title className="text-13 font-medium" />
          <Base.Description className="text-13 text-muted" />
          {item.actionProps && (
            <Base.Action className="mt-1 rounded-4 text-13 font-medium text-accent-ink hover:underline" />
          )}
        </div>
        <Base.Close
          render={<IconButton icon={X} size="small" label={t("ui.dismiss")} tooltip={false} />}
        />
      </Base.Content>
    </Base.Root>
  ));
}
