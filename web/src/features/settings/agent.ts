export type AgentText = { browser: string; system: string; phone: boolean };

// In this order: Edge and Opera also call themselves Chrome, and Chrome calls itself Safari.
const BROWSERS: [RegExp, string][] = [
  [/Edg(?:e|A|iOS)?\//, "Edge"],
  [/OPR\/|Opera/, "Opera"],
  [/Firefox\/|FxiOS\//, "Firefox"],
  [/Chrome\/|CriOS\//, "Chrome"],
  [/Safari\//, "Safari"],
];

const SYSTEMS: [RegExp, string][] = [
  [/iPhone|iPad/, "iOS"],
  [/Android/, "Android"],
  [/Windows/, "Windows"],
  [/Mac OS X/, "macOS"],
  [/CrOS/, "ChromeOS"],
  [/Linux/, "Linux"],
];

/** What a User-Agent header says about a browser, as far as one can tell; empty where not. */
export function describeAgent(header: string): AgentText {
  const first = (table: [RegExp, string][]) =>
    table.find(([pattern]) => pattern.test(header))?.[1] ?? "";
  return { browser: first(BROWSERS), system: first(SYSTEMS), phone: /Mobile|iPhone/.test(header) };
}
