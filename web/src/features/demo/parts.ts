/** What a demonstration shows at once, as one file: several would be several requests before the first screen. */
export { DemoBar } from "./DemoBar";
export { DemoHint } from "./DemoHint";
export { Phone } from "./Phone";
