import type { ComponentType } from "react";
import type { Message } from "@/api/types";
import type { Sending } from "../composer/outbox";
import type { BodyKind } from "./kind";
import { AudioBody } from "./kinds/AudioBody";
import { ChoiceBody } from "./kinds/ChoiceBody";
import { ContactsBody } from "./kinds/ContactsBody";
import { DocumentBody } from "./kinds/DocumentBody";
import { EmojiBody } from "./kinds/EmojiBody";
import { EventBody } from "./kinds/EventBody";
import { ImageBody } from "./kinds/ImageBody";
import { InteractiveBody } from "./kinds/InteractiveBody";
import { LocationBody } from "./kinds/LocationBody";
import { OrderBody } from "./kinds/OrderBody";
import { ReactionBody } from "./kinds/ReactionBody";
import { StickerBody } from "./kinds/StickerBody";
import { SystemBody } from "./kinds/SystemBody";
import { TemplateBody } from "./kinds/TemplateBody";
import { TextBody } from "./kinds/TextBody";
import { UnsupportedBody } from "./kinds/UnsupportedBody";
import { VideoBody } from "./kinds/VideoBody";
import { WelcomeBody } from "./kinds/WelcomeBody";
import { WithdrawnBody } from "./kinds/WithdrawnBody";

export type BodyProps = {
  message: Message;
  /** Set while the server does not have the message. */
  sending?: Sending | undefined;
};

/** One component per kind of body. */
export const BODIES: Record<BodyKind, ComponentType<BodyProps>> = {
  withdrawn: WithdrawnBody,
  emoji: EmojiBody,
  text: TextBody,
  note: TextBody,
  image: ImageBody,
  video: VideoBody,
  voice: AudioBody,
  audio: AudioBody,
  document: DocumentBody,
  sticker: StickerBody,
  location: LocationBody,
  contacts: ContactsBody,
  interactive: InteractiveBody,
  choice: ChoiceBody,
  order: OrderBody,
  reaction: ReactionBody,
  template: TemplateBody,
  system: SystemBody,
  welcome: WelcomeBody,
  event: EventBody,
  unsupported: UnsupportedBody,
};
