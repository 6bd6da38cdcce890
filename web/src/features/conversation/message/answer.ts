/** A form's answer as lines of name and value; what lies deeper is written as JSON, nothing is lost. */
export function answerLines(data: unknown): [name: string, value: string][] {
  if (typeof data !== "object" || data === null || Array.isArray(data)) {
    return data === undefined || data === null ? [] : [["", asText(data)]];
  }
  return Object.entries(data)
    .filter(([name]) => name !== "flow_token")
    .map(([name, value]) => [name.replaceAll("_", " "), asText(value)]);
}

function asText(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) {
    return value.join(", ");
  }
  return JSON.stringify(value);
}
