export { ConversationPane } from "./ConversationPane";
export { ContactPanel } from "./contact/ContactPanel";
