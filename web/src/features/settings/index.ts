export { useSettingsCommands } from "./commands";
export { sectionsFor } from "./sections";
