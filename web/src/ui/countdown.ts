import { HOUR, MINUTE, SECOND } from "./clock";

export type RingTone = "good" | "warn" | "bad" | "none";

export type Countdown = {
  /** Milliseconds left, never below zero. */
  left: number;
  /** How much of the whole is left, 0 to 1. */
  fraction: number;
  tone: RingTone;
};

export type CountdownRule = {
  /** The whole, in ms. */
  total: number;
  /** With less than this left (ms) the tone is a warning. */
  warnBelow: number;
  /** It ended although somebody waited for it: that is bad, not merely over. */
  missed: boolean;
};

/** What a ring shows at `now`. `until` null means that nothing runs. */
export function countdown(
  until: number | null,
  now: number,
  { total, warnBelow, missed }: CountdownRule,
): Countdown {
  const left = until === null ? 0 : Math.max(0, until - now);
  if (left === 0) return { left: 0, fraction: 0, tone: missed ? "bad" : "none" };
  return { left, fraction: Math.min(1, left / total), tone: left < warnBelow ? "warn" : "good" };
}

/** From here on a countdown is told to the second. */
export const BY_SECONDS = 10 * MINUTE;

/** How often the text of a countdown changes: by seconds only near its end. */
export function tickOf(until: number | null, now: number): number {
  if (until === null || until <= now) return HOUR;
  // A minute earlier, for whoever looks only once a minute.
  return until - now <= BY_SECONDS + MINUTE ? SECOND : MINUTE;
}

/** The dash of a circle of circumference 100 of which `fraction` is drawn; never so little that it cannot be seen. */
export function dash(fraction: number): string {
  const drawn = fraction <= 0 ? 0 : Math.max(3, Math.round(Math.min(1, fraction) * 100));
  return `${drawn} ${100 - drawn}`;
}
