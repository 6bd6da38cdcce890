export { ConversationPane } from "./ConversationPane";
export { useDrafts } from "./composer/useDrafts";
export { ContactPanel } from "./contact/ContactPanel";
