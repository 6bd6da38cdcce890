import { Command } from "cmdk";
import { Search } from "lucide-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "@/ui/Dialog";
import { useDebounced } from "@/ui/useDebounced";
import { setOverlay } from "../overlay";
import { ActionItems } from "./ActionItems";
import { FoundItems } from "./FoundItems";
import { RecentItems } from "./RecentItems";

/** Ctrl/Cmd-K: what can be done now, where one was last, and whatever is found by what one types. */
export default function Palette() {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  const [q, setQ] = useState("");
  const query = typed.trim();
  const list = useRef<HTMLDivElement>(null);
  const [chosen, setChosen] = useState("");
  /** What came later may stand above what was chosen by itself. */
  const chooseFirst = () => {
    const first = list.current?.querySelector<HTMLElement>("[cmdk-item]")?.dataset.value;
    if (first) setChosen(first);
  };
  useDebounced(query, setQ, 150);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && setOverlay(null)}
      title={t("actions.palette")}
      bare
      size="medium"
    >
      <Command
        loop
        shouldFilter={false}
        label={t("actions.palette")}
        value={chosen}
        onValueChange={setChosen}
        className="flex flex-col"
      >
        <div className="flex items-center gap-2 border-b border-line px-4">
          <Search aria-hidden className="size-4 shrink-0 text-faint" />
          <Command.Input
            autoFocus
            value={typed}
            onValueChange={setTyped}
            placeholder={t("actions.palette_placeholder")}
            className="h-12 grow bg-transparent text-16 outline-none placeholder:text-faint"
          />
        </div>
        <Command.List
          ref={list}
          label={t("actions.palette")}
          className="h-[55vh] scroll-py-2 overflow-auto p-2"
        >
          <Command.Empty className="p-6 text-center text-13 text-muted">
            {t("actions.palette_empty")}
          </Command.Empty>
          <ActionItems groups={["conversation"]} query={query} />
          {query === "" && <RecentItems onArrival={chooseFirst} />}
          <ActionItems groups={["go", "act", "appearance"]} query={query} />
          {query !== "" && <FoundItems q={q} />}
        </Command.List>
      </Command>
    </Dialog>
  );
}
