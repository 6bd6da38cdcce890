import type { BodyProps } from "../body";
import { shownFile } from "../files";
import { AudioPlayer } from "../player/AudioPlayer";
import { Caption } from "./Caption";
import { FileState } from "./FileState";
import { Progress } from "./Progress";

/** A voice note or another audio. */
export function AudioBody({ message, sending }: BodyProps) {
  const shown = shownFile(message, sending);
  return (
    <>
      {shown.state === "here" ? (
        <div className="relative">
          <AudioPlayer
            url={shown.url}
            name={message.voice ? "" : shown.name}
            voice={message.voice ?? false}
          />
          <Progress sending={sending} />
        </div>
      ) : (
        <FileState shown={shown} />
      )}
      <Caption text={message.text} />
    </>
  );
}
