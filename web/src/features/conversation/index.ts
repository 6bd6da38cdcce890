import { lazy } from "react";
import { withStrings } from "@/i18n";

/** The pane is most of the app's weight: the list is there before it. */
export const loadPane = withStrings("conversation", () => import("./ConversationPane"));

export const ConversationPane = lazy(async () => ({
  default: (await loadPane()).ConversationPane,
}));

export { useConversationChanges } from "./changes";
export { useDrafts } from "./composer/useDrafts";
export { PaneSkeleton } from "./PaneSkeleton";
