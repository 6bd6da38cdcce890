import { useQueryClient } from "@tanstack/react-query";
import { Paperclip, SendHorizontal, Smile } from "lucide-react";
import {
  type ClipboardEvent,
  type KeyboardEvent,
  lazy,
  type Ref,
  Suspense,
  useEffect,
  useEffectEvent,
  useImperativeHandle,
  useRef,
  useState,
} from "react";
import { flushSync } from "react-dom";
import { useTranslation } from "react-i18next";
import { ActionButton } from "@/actions/ActionButton";
import type { Action } from "@/actions/action";
import { useActions } from "@/actions/hooks";
import type { Message } from "@/api/types";
import { Button } from "@/ui/Button";
import { cx } from "@/ui/cx";
import { IconButton } from "@/ui/IconButton";
import { ariaShortcut, keyLabels } from "@/ui/keys";
import { Popover } from "@/ui/Popover";
import { Segments } from "@/ui/Segments";
import { Spinner } from "@/ui/Spinner";
import { toast } from "@/ui/Toasts";
import { usePane } from "../pane";
import { Busy } from "./Busy";
import { Closing } from "./Closing";
import { type Draft, readDraft, writeDraft } from "./drafts";
import { type Staged, sendable, stage, unstage } from "./files";
import { Locked } from "./Locked";
import { ACCEPT, MAX_NOTE, MAX_TEXT } from "./limits";
import { MoreMenu } from "./MoreMenu";
import { send } from "./outbox";
import { planMessages } from "./plan";
import { QuoteBar } from "./QuoteBar";
import { Recorder } from "./Recorder";
import { Tray } from "./Tray";
import { createTypist } from "./typing";

const EmojiPicker = lazy(() => import("./EmojiPicker"));

export type ComposerHandle = {
  focus: () => void;
  note: () => void;
  reply: (message: Message | null) => void;
  addFiles: (files: Iterable<File>) => void;
  restore: (text: string) => void;
};

export type ComposerProps = {
  /** Why the customer cannot be answered now. */
  locked: "never_written" | "window_closed" | "channel_removed" | null;
  /** The loaded messages; one of them may be quoted. */
  messages: readonly Message[];
  /** Something was sent. */
  onSent: () => void;
  /** The keyboard goes to the last message. */
  onUp: () => void;
  ref: Ref<ComposerHandle>;
};

/** Where one answers, or leaves a note that the customer does not see. */
export function Composer({ locked, messages, onSent, onUp, ref }: ComposerProps) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const { conversation, me, mayReply } = usePane();
  const [draft, setDraft] = useState(() => readDraft(localStorage, me.id, conversation.id));
  const [files, setFiles] = useState<readonly Staged[]>([]);
  const [emojis, setEmojis] = useState(false);
  const [types] = useState(() => createTypist(conversation.id));
  const field = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);

  const note = draft.mode === "note";
  const text = note ? draft.note : draft.reply;
  const quoted = note ? undefined : messages.find(({ id }) => id === draft.replyTo);
  const limit = note ? MAX_NOTE : MAX_TEXT;
  const over = text.length - limit;
  const held = files.some(({ verdict }) => verdict.problem !== null);
  const empty = text.trim() === "" && (note || files.length === 0);
  const blocked = empty || over > 0 || (!note && (held || locked !== null));

  function change(values: Partial<Draft>) {
    const next = { ...draft, ...values };
    setDraft(next);
    writeDraft(localStorage, me.id, conversation.id, next);
  }

  /** The field may be missing until then; what is typed next must find it, or it would be shortcuts. */
  function writeIn(mode: Draft["mode"], values: Partial<Draft> = {}) {
    flushSync(() => change({ ...values, mode }));
    field.current?.focus();
  }

  function write(value: string) {
    change(note ? { note: value } : { reply: value });
    if (!note && value.trim() !== "") types(locked === null);
  }

  function addFiles(chosen: Iterable<File>) {
    const staged = stage(chosen);
    if (staged.length === 0) return;
    if (note) change({ mode: "reply" });
    setFiles((before) => [...before, ...staged]);
    field.current?.focus();
  }

  function removeFile(id: string) {
    const gone = files.find((item) => item.id === id);
    if (gone) unstage(gone);
    setFiles(files.filter((item) => item.id !== id));
    field.current?.focus();
  }

  function submit() {
    if (blocked) return;
    if (note) {
      send(cache, conversation.id, me.id, { kind: "note", text: text.trim() });
      change({ note: "", mode: "reply" });
    } else {
      const local = files.flatMap((item) => {
        const file = sendable(item);
        return file ? [{ kind: file.kind, file }] : [];
      });
      for (const [index, planned] of planMessages(text, local).entries()) {
        const quote = index === 0 ? quoted : undefined;
        const input = {
          type: planned.kind,
          ...(planned.text && { text: planned.text }),
          ...(planned.kind === "text" && { preview_url: true }),
          ...(quote && { reply_to: quote.id }),
        };
        const what =
          planned.kind === "text"
            ? ({ kind: "message", input } as const)
            : ({ kind: "message", input, file: planned.file } as const);
        send(cache, conversation.id, me.id, what, quote ?? null);
      }
      setFiles([]);
      change({ reply: "", replyTo: null });
    }
    field.current?.focus();
    onSent();
  }

  useImperativeHandle(ref, () => ({
    focus: () => field.current?.focus(),
    note: () => writeIn("note"),
    reply: (message) => {
      if (locked === null) return writeIn("reply", message ? { replyTo: message.id } : {});
      change({ mode: "reply" });
      toast({
        title: t(`conversation.locked.${locked}`),
        text: t(`conversation.locked.${locked}_text`, { name: conversation.participant.name }),
      });
    },
    addFiles,
    restore: (value) => {
      const before = draft.reply.trim();
      writeIn("reply", { reply: before ? `${before}\n${value}` : value });
    },
  }));

  // What is left behind unsent is freed.
  const free = useEffectEvent(() => {
    for (const item of files) unstage(item);
  });
  useEffect(() => () => free(), []);

  function onKeyDown(event: KeyboardEvent<HTMLTextAreaElement>) {
    if (event.nativeEvent.isComposing) return;
    const mod = event.ctrlKey || event.metaKey;
    if (event.key === "Enter" && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      return submit();
    }
    if (mod && event.shiftKey && event.key.toLowerCase() === "n") {
      event.preventDefault();
      return change({ mode: note ? "reply" : "note" });
    }
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      if (draft.replyTo && !note) return change({ replyTo: null });
      if (note && draft.note === "") return change({ mode: "reply" });
      return onUp();
    }
    if (event.key === "ArrowUp" && text === "") {
      event.preventDefault();
      onUp();
    }
  }

  function onPaste(event: ClipboardEvent) {
    const pasted = event.clipboardData.files;
    if (pasted.length === 0 || note || locked) return;
    event.preventDefault();
    addFiles(pasted);
  }

  function insert(emoji: string) {
    const element = field.current;
    const from = element?.selectionStart ?? text.length;
    const to = element?.selectionEnd ?? text.length;
    write(text.slice(0, from) + emoji + text.slice(to));
    requestAnimationFrame(() => {
      element?.focus();
      element?.setSelectionRange(from + emoji.length, from + emoji.length);
    });
  }

  const shut = locked !== null && !note;
  const attach: Action = {
    id: "compose files",
    group: "conversation",
    name: (t) => t("conversation.attach"),
    icon: Paperclip,
    visible: () => mayReply && !note && !shut,
    perform: () => picker.current?.click(),
  };
  const emoji: Action = {
    id: "compose emoji",
    group: "conversation",
    name: (t) => t("conversation.emojis"),
    icon: Smile,
    visible: () => mayReply && !shut,
    perform: () => setEmojis(true),
  };
  useActions([attach, emoji]);
  if (!mayReply) return null;
  return (
    <section
      aria-label={t("conversation.composer")}
      className={cx(
        "m-3 mt-0 shrink-0 rounded-12 border focus-within:border-edge",
        note ? "border-note-line bg-note" : "border-line bg-surface",
      )}
    >
      <div className="flex items-center gap-2 px-2 pt-2">
        <Segments
          label={t("conversation.mode.label")}
          value={draft.mode}
          options={[
            { value: "reply", label: t("conversation.mode.reply") },
            { value: "note", label: t("conversation.mode.note") },
          ]}
          onChange={(mode) => writeIn(mode)}
        />
        <Busy />
        {!note && <Closing />}
      </div>
      {shut ? (
        <Locked reason={locked} text={draft.reply} onNote={() => writeIn("note")} />
      ) : (
        <>
          {quoted && <QuoteBar message={quoted} onCancel={() => change({ replyTo: null })} />}
          {!note && (
            <Tray
              files={files}
              onRemove={removeFile}
              onSize={(id, size) =>
                setFiles((now) => now.map((item) => (item.id === id ? { ...item, size } : item)))
              }
            />
          )}
          <textarea
            ref={field}
            dir="auto"
            rows={1}
            value={text}
            onChange={(event) => write(event.target.value)}
            onKeyDown={onKeyDown}
            onPaste={onPaste}
            aria-label={note ? t("conversation.write_note") : t("conversation.write_reply")}
            aria-keyshortcuts={ariaShortcut(note ? "n" : "r")}
            placeholder={note ? t("conversation.write_note") : t("conversation.write_reply")}
            className="field-sizing-content block max-h-60 min-h-9 w-full resize-none overflow-auto bg-transparent px-3 py-2 text-14 text-ink outline-none placeholder:text-faint @md:min-h-14"
          />
          <div className="flex items-center gap-0.5 px-1.5 pb-1.5">
            {!note && <MoreMenu onSent={onSent} />}
            <ActionButton action={attach} />
            <Popover
              title={t("conversation.emojis")}
              hideTitle
              side="top"
              open={emojis}
              onOpenChange={setEmojis}
              trigger={<IconButton icon={Smile} label={t("conversation.emojis")} />}
            >
              <Suspense fallback={<Spinner />}>
                <EmojiPicker
                  onChoose={(emoji) => {
                    setEmojis(false);
                    insert(emoji);
                  }}
                />
              </Suspense>
            </Popover>
            {!note && <Recorder onSent={onSent} />}
            <span className="grow" />
            {over > 0 ? (
              <span role="alert" className="px-2 text-12 text-bad tabular-nums">
                {t("conversation.too_long", { count: over })}
              </span>
            ) : (
              <span className="hidden px-2 text-12 text-faint @xl:inline">
                {t("conversation.enter_sends", { enter: keyLabels("enter").join("") })}
              </span>
            )}
            <Button tone="primary" icon={SendHorizontal} disabled={blocked} onClick={submit}>
              {note ? t("conversation.save_note") : t("conversation.send")}
            </Button>
          </div>
          <input
            ref={picker}
            type="file"
            multiple
            hidden
            accept={ACCEPT}
            onChange={(event) => {
              addFiles(event.target.files ?? []);
              event.target.value = "";
            }}
          />
        </>
      )}
    </section>
  );
}
