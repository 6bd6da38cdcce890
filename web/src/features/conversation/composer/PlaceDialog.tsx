import { LocateFixed } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { TextField } from "@/ui/TextField";
import { readPlace } from "../message/place";
import type { ComposeDialogProps } from "./MoreMenu";

/** A location to send: coordinates, as copied from any map, and what is there. */
export default function PlaceDialog({ onSend, onClose }: ComposeDialogProps) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const [name, setName] = useState("");
  const [address, setAddress] = useState("");
  const [problem, setProblem] = useState<string>();

  function submit() {
    const place = readPlace(text);
    if (!place) return setProblem(t("conversation.place.problem"));
    onSend({
      type: "location",
      location: {
        ...place,
        ...(name.trim() && { name: name.trim() }),
        ...(address.trim() && { address: address.trim() }),
      },
    });
  }

  function locate() {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        setText(`${coords.latitude.toFixed(6)}, ${coords.longitude.toFixed(6)}`);
        setProblem(undefined);
      },
      () => setProblem(t("conversation.place.denied")),
    );
  }

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t("conversation.type.location")}
      footer={
        <>
          <Button onClick={onClose}>{t("conversation.cancel")}</Button>
          <Button tone="primary" onClick={submit}>
            {t("conversation.send")}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <TextField
          label={t("conversation.place.coordinates")}
          hint={t("conversation.place.hint")}
          value={text}
          inputMode="text"
          onChange={(value) => {
            setText(value);
            setProblem(undefined);
          }}
          error={problem}
        />
        {"geolocation" in navigator && (
          <div>
            <Button icon={LocateFixed} onClick={locate}>
              {t("conversation.place.here")}
            </Button>
          </div>
        )}
        <TextField
          label={t("conversation.place.name")}
          dir="auto"
          value={name}
          onChange={setName}
        />
        <TextField
          label={t("conversation.place.address")}
          dir="auto"
          value={address}
          onChange={setAddress}
        />
      </div>
    </Dialog>
  );
}
