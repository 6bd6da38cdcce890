/** All that a demonstration adds, as one file: several would be several requests before the first screen. */
export { DemoAccounts } from "./DemoAccounts";
export { DemoBar } from "./DemoBar";
export { DemoHint } from "./DemoHint";
export { Phone } from "./Phone";
export { PhoneDrawer } from "./PhoneDrawer";
export { StartPage } from "./StartPage";
