import { HOUR } from "@/ui/clock";

export type SnoozePreset = { name: "hour" | "evening" | "tomorrow" | "monday"; at: number };

const MORNING = 9;
const EVENING = 18;

/** The times that are offered, by the reader's own clock; one that is too near is left out. */
export function snoozePresets(now: number): SnoozePreset[] {
  const at = (days: number, hours: number) => {
    const day = new Date(now);
    day.setDate(day.getDate() + days);
    day.setHours(hours, 0, 0, 0);
    return day.getTime();
  };
  const untilMonday = (8 - new Date(now).getDay()) % 7 || 7;
  const presets: SnoozePreset[] = [{ name: "hour", at: now + HOUR }];
  if (at(0, EVENING) - now > 2 * HOUR) presets.push({ name: "evening", at: at(0, EVENING) });
  presets.push({ name: "tomorrow", at: at(1, MORNING) });
  if (untilMonday > 1) presets.push({ name: "monday", at: at(untilMonday, MORNING) });
  return presets;
}

/** A moment as the value of a datetime-local field, and back; in the reader's time zone, to the minute. */
export function toLocalInput(at: number): string {
  const date = new Date(at);
  return new Date(at - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

export function fromLocalInput(value: string): number | null {
  const at = new Date(value).getTime();
  return Number.isNaN(at) ? null : at;
}
