import { ExternalLink, MapPin } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { BodyProps } from "../body";
import { coordinates, mapURL } from "../place";
import { UnsupportedBody } from "./UnsupportedBody";

/** A place as a card: no map is loaded from anywhere, one opens it where one wants. */
export function LocationBody({ message }: BodyProps) {
  const { t } = useTranslation();
  const place = message.location;
  if (!place) return <UnsupportedBody message={message} />;
  return (
    <div className="w-72 max-w-full overflow-hidden rounded-8 border border-line bg-surface">
      <div className="flex items-start gap-2.5 p-2.5">
        <MapPin aria-hidden className="mt-0.5 size-5 shrink-0 text-bad" strokeWidth={1.75} />
        <div className="min-w-0 grow">
          <p dir="auto" className="break-words text-13 font-medium">
            {place.name || t("conversation.type.location")}
          </p>
          {place.address && (
            <p dir="auto" className="break-words text-12 text-muted">
              {place.address}
            </p>
          )}
          <p dir="ltr" className="text-12 text-muted tabular-nums rtl:text-end">
            {coordinates(place)}
          </p>
        </div>
      </div>
      <a
        href={mapURL(place)}
        target="_blank"
        rel="noopener noreferrer"
        className="flex items-center justify-center gap-1.5 border-t border-line py-1.5 text-13 font-medium text-accent-ink hover:bg-sunken"
      >
        {t("conversation.open_map")}
        <ExternalLink aria-hidden className="size-3.5" />
      </a>
    </div>
  );
}
