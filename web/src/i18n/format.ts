import { DAY, HOUR, MINUTE, SECOND } from "@/ui/clock";
import { BY_SECONDS } from "@/ui/countdown";

export type DurationStyle = "narrow" | "long";

/** Dates, numbers and durations in one language, by Intl. Times are milliseconds since 1970. */
export type Format = {
  number(value: number): string;
  /** 14:05 */
  time(at: number): string;
  /** 3 March, with the year unless it is this one. */
  date(at: number, now: number): string;
  /** Monday, 2 March 2026 at 14:05:09 */
  exact(at: number): string;
  /** now, 5 min. ago, yesterday; a date when older than a week. */
  relative(at: number, now: number): string;
  /** For lists: the time today, the weekday this week, else the date. */
  short(at: number, now: number): string;
  /** At most two units: 23h, 2h 5m, 40s. */
  duration(ms: number, style: DurationStyle): string;
  /** A countdown: 23h, 2h 5m, 59m; in its last ten minutes 9:59. */
  left(ms: number): string;
  /** Today, Yesterday, else Monday 2 March, with the year unless it is this one. */
  day(at: number, now: number): string;
  /** The same for all moments of a day. */
  dayKey(at: number): string;
  /** Mon 2 March, 09:00 */
  moment(at: number): string;
  /** 340 kB, 1.2 MB */
  /** How large a file is; with `than`, in so many digits that it reads differently from that. */
  bytes(count: number, than?: number): string;
  /** An amount of a currency by its ISO 4217 code; an unknown code is written as it is. */
  money(amount: number, currency: string): string;
};

/** One byte more than 16 MB differs in the seventh digit, rounded in the sixth. */
const MOST_DIGITS = 7;

const formats = new Map<string, Format>();

export function formatFor(language: string, timeZone?: string): Format {
  const key = `${language} ${timeZone ?? ""}`;
  const known = formats.get(key);
  if (known) return known;
  const made = makeFormat(language, timeZone);
  formats.set(key, made);
  return made;
}

function makeFormat(language: string, timeZone: string | undefined): Format {
  const date = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(language, { ...options, ...(timeZone ? { timeZone } : {}) });
  const numbers = new Intl.NumberFormat(language);
  const times = date({ timeStyle: "short" });
  const weekdays = date({ weekday: "short" });
  const days = date({ day: "numeric", month: "short" });
  const daysOfYear = date({ day: "numeric", month: "short", year: "numeric" });
  const exacts = date({ dateStyle: "full", timeStyle: "medium" });
  const yearOf = date({ year: "numeric" });
  const dayOf = date({ year: "numeric", month: "numeric", day: "numeric" });
  const relatives = new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "short" });
  const longDays = date({ weekday: "long", day: "numeric", month: "long" });
  const longDaysOfYear = date({ weekday: "long", day: "numeric", month: "long", year: "numeric" });
  const moments = date({
    weekday: "short",
    day: "numeric",
    month: "short",
    // As the short time: with a leading zero where the day has 24 hours.
    hour: times.resolvedOptions().hour12 ? "numeric" : "2-digit",
    minute: "2-digit",
  });
  const nearDays = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  const units = new Map<string, Intl.NumberFormat>();

  function unit(value: number, name: string, style: DurationStyle): string {
    const key = name + style;
    const format =
      units.get(key) ??
      new Intl.NumberFormat(language, { style: "unit", unit: name, unitDisplay: style });
    units.set(key, format);
    return format.format(value);
  }

  const format: Format = {
    number: (value) => numbers.format(value),
    time: (at) => times.format(at),
    date: (at, now) =>
      yearOf.format(at) === yearOf.format(now) ? days.format(at) : daysOfYear.format(at),
    exact: (at) => exacts.format(at),
    relative(at, now) {
      const age = now - at;
      const ago = Math.abs(age);
      const sign = age >= 0 ? -1 : 1;
      if (ago < MINUTE) return relatives.format(0, "second");
      if (ago < HOUR) return relatives.format(sign * Math.floor(ago / MINUTE), "minute");
      if (ago < DAY) return relatives.format(sign * Math.floor(ago / HOUR), "hour");
      if (ago < 7 * DAY) return relatives.format(sign * Math.floor(ago / DAY), "day");
      return format.date(at, now);
    },
    short(at, now) {
      if (dayOf.format(at) === dayOf.format(now)) return times.format(at);
      if (now > at && now - at < 6 * DAY) return weekdays.format(at);
      return format.date(at, now);
    },
    duration(ms, style) {
      const parts = durationParts(ms).map(([value, name]) => unit(value, name, style));
      return parts.join(" ");
    },
    left(ms) {
      if (ms >= BY_SECONDS) return format.duration(ms, "narrow");
      const seconds = Math.floor(Math.max(0, ms) / SECOND);
      return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    },
    day(at, now) {
      for (const ago of [0, 1]) {
        if (dayOf.format(at) === dayOf.format(now - ago * DAY))
          return capital(nearDays.format(-ago, "day"), language);
      }
      const same = yearOf.format(at) === yearOf.format(now);
      return capital((same ? longDays : longDaysOfYear).format(at), language);
    },
    dayKey: (at) => dayOf.format(at),
    moment: (at) => moments.format(at),
    bytes(count, than) {
      // By 1024, as the providers' limits are meant: 5 MB are 5 MB here too.
      const [value, name]: [number, string] =
        count >= 1024 ** 2
          ? [count / 1024 ** 2, "megabyte"]
          : count >= 1024
            ? [count / 1024, "kilobyte"]
            : [count, "byte"];
      const text = (digits: number) =>
        new Intl.NumberFormat(language, {
          style: "unit",
          unit: name,
          unitDisplay: name === "byte" ? "long" : "short",
          maximumFractionDigits: digits,
        }).format(value);
      const usual = value < 10 ? 1 : 0;
      if (than === undefined || than === count) return text(usual);
      const other = format.bytes(than);
      for (let digits = usual; digits < MOST_DIGITS; digits++) {
        if (text(digits) !== other) return text(digits);
      }
      return text(MOST_DIGITS);
    },
    money(amount, currency) {
      try {
        return new Intl.NumberFormat(language, { style: "currency", currency }).format(amount);
      } catch {
        return `${numbers.format(amount)} ${currency}`;
      }
    },
  };
  return format;
}

function capital(text: string, language: string): string {
  return text.charAt(0).toLocaleUpperCase(language) + text.slice(1);
}

/** A duration in whole units, rounded down, at most two: from ten hours on hours alone, below a minute seconds. */
export function durationParts(ms: number): [value: number, unit: "hour" | "minute" | "second"][] {
  const left = Math.max(0, ms);
  const hours = Math.floor(left / HOUR);
  const minutes = Math.floor((left % HOUR) / MINUTE);
  if (hours >= 10 || (hours > 0 && minutes === 0)) return [[hours, "hour"]];
  if (hours > 0) {
    return [
      [hours, "hour"],
      [minutes, "minute"],
    ];
  }
  if (minutes > 0) return [[minutes, "minute"]];
  return [[Math.floor(left / SECOND), "second"]];
}
