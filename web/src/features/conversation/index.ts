import { lazy } from "react";

/** The pane is most of the app's weight: the list is there before it. */
export const loadPane = () => import("./ConversationPane");

export const ConversationPane = lazy(async () => ({
  default: (await loadPane()).ConversationPane,
}));

export { useConversationChanges } from "./changes";
export { useDrafts } from "./composer/useDrafts";
export { PaneSkeleton } from "./PaneSkeleton";
