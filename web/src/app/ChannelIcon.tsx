import { Globe, Mail, MessageCircle } from "lucide-react";
import type { ChannelKind } from "@/api/types";

/** What kind of channel something came by. Decorative: say it in words beside it. */
export function ChannelIcon({ kind, size = 14 }: { kind: ChannelKind; size?: number }) {
  switch (kind) {
    case "whatsapp":
      return (
        <svg aria-hidden="true" viewBox="0 0 16 16" width={size} height={size} className="shrink-0">
          <path d="M8 1a7 7 0 0 0-6 10.6L1.2 15l3.5-.8A7 7 0 1 0 8 1z" className="fill-good" />
          <path
            d="M5.9 4.6c.2-.1.5 0 .6.3l.5 1.1c.1.2 0 .4-.1.6l-.4.5c.5.9 1.2 1.6 2.2 2l.5-.5c.2-.2.4-.2.6-.1l1.1.5c.3.1.4.4.3.7-.3.9-1.1 1.4-2 1.3C6.6 10.7 4.8 8.6 4.7 6.5c0-.9.5-1.6 1.2-1.9z"
            className="fill-surface"
          />
        </svg>
      );
    case "messenger":
      return <MessageCircle aria-hidden size={size} className="shrink-0 text-accent-ink" />;
    case "webchat":
      return <Globe aria-hidden size={size} className="shrink-0 text-accent-ink" />;
    case "email":
      return <Mail aria-hidden size={size} className="shrink-0 text-accent-ink" />;
  }
}
