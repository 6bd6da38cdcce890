import {
  Archive,
  Inbox,
  MoreHorizontal,
  Pencil,
  Phone,
  Plus,
  Send,
  Settings,
  Tag,
  Trash2,
} from "lucide-react";
import { type ReactNode, useState } from "react";
import { Avatar } from "@/ui/Avatar";
import { Badge } from "@/ui/Badge";
import { Button } from "@/ui/Button";
import { Checkbox } from "@/ui/Checkbox";
import { Chip } from "@/ui/Chip";
import { CountdownRing } from "@/ui/CountdownRing";
import { Dialog } from "@/ui/Dialog";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorState } from "@/ui/ErrorState";
import { IconButton } from "@/ui/IconButton";
import { Kbd } from "@/ui/Kbd";
import { Menu } from "@/ui/Menu";
import { Notice } from "@/ui/Notice";
import { Popover } from "@/ui/Popover";
import { SearchField } from "@/ui/SearchField";
import { Select } from "@/ui/Select";
import { Skeleton } from "@/ui/Skeleton";
import { Switch } from "@/ui/Switch";
import { Tabs } from "@/ui/Tabs";
import { TextArea } from "@/ui/TextArea";
import { TextField } from "@/ui/TextField";
import { Ticks } from "@/ui/Ticks";
import { Time } from "@/ui/Time";
import { toast } from "@/ui/Toasts";
import { VirtualList } from "@/ui/VirtualList";

const START = Date.now();
const MINUTE = 60_000;
const at = (minutes: number) => new Date(START + minutes * MINUTE).toISOString();
const TICKS = [
  "queued",
  "attempting",
  "unknown",
  "accepted",
  "sent",
  "delivered",
  "read",
  "played",
  "failed",
  "cancelled",
] as const;

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="flex flex-col gap-3 rounded-8 border border-line bg-surface p-4">
      <h2 className="text-12 font-medium text-muted">{title}</h2>
      <div className="flex flex-wrap items-center gap-3">{children}</div>
    </section>
  );
}

/** Every part of the kit in its states; exists only in development. */
export function KitPage() {
  const [view, setView] = useState<"a" | "b" | "c">("a");
  const [theme, setTheme] = useState("system");
  const [on, setOn] = useState(true);
  const [text, setText] = useState("Novák");
  const [dialog, setDialog] = useState(false);
  return (
    <main className="h-full overflow-auto bg-canvas p-4">
      <h1 className="pb-4 text-20 font-semibold">Kit</h1>
      <div className="grid gap-4 desk:grid-cols-2">
        <Group title="Button">
          <Button tone="primary" icon={Send}>
            Send
          </Button>
          <Button icon={Plus}>Plain</Button>
          <Button tone="quiet">Quiet</Button>
          <Button tone="danger" icon={Trash2}>
            Delete
          </Button>
          <Button tone="primary" disabled>
            Disabled
          </Button>
          <Button tone="primary" pending>
            Pending
          </Button>
        </Group>
        <Group title="IconButton, Kbd">
          <IconButton icon={Archive} label="Archive" shortcut="e" />
          <IconButton icon={Settings} label="Settings" tone="plain" />
          <IconButton icon={Trash2} label="Delete" tone="danger" />
          <IconButton icon={Tag} label="Tags" pressed />
          <IconButton icon={Pencil} label="Edit" size="small" />
          <IconButton icon={Pencil} label="Cannot edit" disabled />
          <Kbd keys="mod+k" />
          <Kbd keys="g c" />
          <Kbd keys="?" />
        </Group>
        <Group title="TextField, SearchField, TextArea, Select">
          <div className="grid w-full gap-3 wide:grid-cols-2">
            <TextField label="Name" defaultValue="Ana" hint="As customers see it." />
            <TextField label="Phone" icon={Phone} placeholder="+421…" />
            <TextField
              label="E-mail"
              defaultValue="ana@"
              error="This is not an e-mail address. Write it as name@example.com."
            />
            <TextField label="Password" type="password" defaultValue="secret" />
            <SearchField label="Search" value={text} onChange={setText} />
            <TextField label="Disabled" defaultValue="fixed" disabled />
            <TextArea label="Text" defaultValue={"Two\nlines"} />
            <Select
              label="Theme"
              value={theme}
              onChange={setTheme}
              options={[
                { value: "system", label: "As the system" },
                { value: "dark", label: "Dark" },
              ]}
            />
          </div>
        </Group>
        <Group title="Switch, Checkbox">
          <div className="flex w-full flex-col gap-3">
            <Switch label="Sound" hint="For new messages." checked={on} onChange={setOn} />
            <Switch label="Off" checked={!on} onChange={(next) => setOn(!next)} />
            <Switch label="Disabled" checked disabled onChange={setOn} />
            <div className="flex gap-4">
              <Checkbox label="Checked" checked={on} onChange={setOn} />
              <Checkbox label="Mixed" checked={false} mixed onChange={setOn} />
              <Checkbox label="Empty" checked={!on} onChange={(next) => setOn(!next)} />
              <Checkbox label="Disabled" checked disabled onChange={setOn} />
            </div>
          </div>
        </Group>
        <Group title="Menu, Popover, Dialog, toasts">
          <Menu
            trigger={<IconButton icon={MoreHorizontal} label="More" tone="plain" tooltip={false} />}
            entries={[
              { kind: "item", label: "Edit", icon: Pencil, shortcut: "e", onSelect: () => {} },
              { kind: "item", label: "Cannot", icon: Archive, disabled: true, onSelect: () => {} },
              { kind: "line" },
              {
                kind: "choice",
                label: "Theme",
                value: theme,
                options: [
                  { value: "system", label: "As the system" },
                  { value: "dark", label: "Dark" },
                ],
                onChange: setTheme,
              },
              { kind: "line" },
              { kind: "item", label: "Delete", icon: Trash2, danger: true, onSelect: () => {} },
            ]}
          />
          <Popover title="Details" trigger={<Button>Popover</Button>}>
            <p className="text-muted">Anything may stand here.</p>
          </Popover>
          <Button onClick={() => setDialog(true)}>Dialog</Button>
          <Button onClick={() => toast({ title: "Saved", text: "All is well.", tone: "good" })}>
            Good toast
          </Button>
          <Button
            onClick={() =>
              toast({
                title: "It could not be sent",
                text: "The server does not answer.",
                tone: "bad",
                action: { label: "Try again", onClick: () => {} },
              })
            }
          >
            Bad toast
          </Button>
          <Dialog
            open={dialog}
            onOpenChange={setDialog}
            title="Delete this?"
            description="It cannot be undone."
            footer={
              <>
                <Button onClick={() => setDialog(false)}>Keep</Button>
                <Button tone="danger" onClick={() => setDialog(false)}>
                  Delete
                </Button>
              </>
            }
          />
        </Group>
        <Group title="Avatar, Badge, Chip">
          {[
            "Ana Horvat",
            "Ivan",
            "Łucja W",
            "Мария И",
            "+421 903",
            "Bo Li",
            "Q",
            "Zed A",
            "M B",
          ].map((name) => (
            <Avatar key={name} name={name} />
          ))}
          <Avatar name="Zuzana K" size={40} presence="online" />
          <Avatar name="Zuzana K" size={24} presence="away" />
          <Avatar name="Phone" mark={<Phone aria-hidden className="size-3 text-good" />} />
          <Badge count={3} />
          <Badge count={120} />
          <Badge count={7} tone="plain" />
          <Chip label="neutral" />
          <Chip label="accent" tone="accent" />
          <Chip label="good" tone="good" />
          <Chip label="warning" tone="warn" />
          <Chip label="bad" tone="bad" />
          <Chip label="removable" onRemove={() => {}} removeLabel="Remove" />
        </Group>
        <Group title="Countdown rings">
          <CountdownRing until={at(24 * 60)} />
          <CountdownRing until={at(13 * 60)} />
          <CountdownRing until={at(2 * 60 + 31)} />
          <CountdownRing until={at(75)} />
          <CountdownRing until={at(12)} />
          <CountdownRing until={at(1.5)} />
          <CountdownRing until={at(-5)} missed />
          <CountdownRing until={null} />
          <CountdownRing until={at(600)} hideText />
        </Group>
        <Group title="Ticks, Time">
          {TICKS.map((state) => (
            <span key={state} className="inline-flex items-center gap-1 text-12 text-muted">
              <Ticks state={state} /> {state}
            </span>
          ))}
          <Time at={at(-0.2)} /> <Time at={at(-7)} /> <Time at={at(-300)} />
          <Time at={at(-3000)} look="short" /> <Time at={at(-90)} look="time" />
        </Group>
        <Group title="Notices">
          <div className="flex w-full flex-col gap-2">
            <Notice tone="neutral">The window closed. Only a template can be sent.</Notice>
            <Notice tone="good">Connected.</Notice>
            <Notice tone="warn" action={<Button>Extend</Button>}>
              Closes in 20 minutes.
            </Notice>
            <Notice tone="bad">Not sent: the number is not on WhatsApp.</Notice>
          </div>
        </Group>
        <Group title="Tabs">
          <div className="flex w-full flex-col">
            <Tabs
              label="Views"
              value={view}
              onChange={setView}
              tabs={[
                { value: "a", label: "Mine", count: 3 },
                { value: "b", label: "Unassigned" },
                { value: "c", label: "All", count: 120 },
              ]}
            >
              <p className="p-3 text-muted">{view}</p>
            </Tabs>
          </div>
        </Group>
        <Group title="Skeleton">
          <div className="flex w-full flex-col gap-2">
            <Skeleton shape="circle" />
            <Skeleton width="60%" />
            <Skeleton width="40%" />
          </div>
        </Group>
        <Group title="Virtual list, 10,000 rows">
          <div className="flex h-40 w-full">
            <VirtualList
              label="Rows"
              items={Array.from({ length: 10_000 }, (_row, index) => `row ${index}`)}
              keyOf={(row) => row}
              estimate={28}
              anchor="end"
              role="log"
              renderItem={(row) => (
                <div className="border-b border-line px-2 py-1 text-13">{row}</div>
              )}
            />
          </div>
        </Group>
        <Group title="EmptyState">
          <EmptyState
            icon={Inbox}
            title="Nobody is waiting"
            text="New messages appear here by themselves."
          />
        </Group>
        <Group title="ErrorState">
          <ErrorState
            title="The list could not be loaded"
            text="The server does not answer."
            onRetry={() => {}}
          />
        </Group>
      </div>
    </main>
  );
}
