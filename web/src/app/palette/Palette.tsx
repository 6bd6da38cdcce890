import { useQuery } from "@tanstack/react-query";
import { Command } from "cmdk";
import { Search } from "lucide-react";
import {
  type KeyboardEvent,
  useEffect,
  useEffectEvent,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { useTranslation } from "react-i18next";
import { quickSearchQuery } from "@/api/search";
import { Dialog } from "@/ui/Dialog";
import { useDebounced } from "@/ui/useDebounced";
import { setOverlay } from "../overlay";
import { ActionItems } from "./ActionItems";
import { FoundItems, isFound } from "./FoundItems";
import { RecentItems } from "./RecentItems";

const WALKS = new Set(["ArrowDown", "ArrowUp", "Home", "End"]);

/** Ctrl/Cmd-K: what can be done now, where one was last, and whatever is found by what one types. */
export default function Palette() {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  const [q, setQ] = useState("");
  const query = typed.trim();
  const list = useRef<HTMLDivElement>(null);
  const [chosen, setChosen] = useState("");
  /** Something was chosen by hand since one typed; until then the first is, also of what comes later. */
  const byHand = useRef(false);
  /** Enter was pressed when this had been typed, and nothing was found yet. */
  const [awaited, setAwaited] = useState<string | null>(null);
  const found = useQuery({ ...quickSearchQuery(q), placeholderData: (before) => before });
  const settled = q === query && !found.isPlaceholderData && !found.isLoading;
  useDebounced(query, setQ, 150);

  const first = () => list.current?.querySelector<HTMLElement>("[cmdk-item]");
  function chooseFirst() {
    const value = first()?.dataset.value;
    if (value && !byHand.current) setChosen(value);
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: each of them changes what stands first.
  useLayoutEffect(() => chooseFirst(), [typed, q, found.data]);

  const openAwaited = useEffectEvent(() => {
    if (settled && awaited === query) first()?.click();
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: as soon as it is found.
  useEffect(() => openAwaited(), [settled, awaited]);

  function onKeyDown(event: KeyboardEvent) {
    if (
      event.key === "Enter" &&
      !byHand.current &&
      !settled &&
      (chosen === "" || isFound(chosen))
    ) {
      // What stands there was found by less than what is typed.
      event.preventDefault();
      setAwaited(query);
    } else if (WALKS.has(event.key) || (event.ctrlKey && /^[njpk]$/.test(event.key))) {
      byHand.current = true;
    }
  }

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
        onKeyDown={onKeyDown}
        onPointerMove={({ movementX, movementY }) => {
          // What moves under a pointer that rests is not pointed at.
          if (movementX !== 0 || movementY !== 0) byHand.current = true;
        }}
        className="flex flex-col"
      >
        <div className="flex items-center gap-2 border-b border-line px-4">
          <Search aria-hidden className="size-4 shrink-0 text-faint" />
          <Command.Input
            autoFocus
            value={typed}
            onValueChange={(text) => {
              byHand.current = false;
              setAwaited(null);
              setTyped(text);
            }}
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
          {query !== "" && <FoundItems q={q} found={found.data} />}
        </Command.List>
      </Command>
    </Dialog>
  );
}
