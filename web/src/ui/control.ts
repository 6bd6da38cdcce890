/** The look that fields to type in share. */
export const CONTROL =
  "w-full rounded-6 border border-edge bg-surface px-2.5 text-14 text-ink placeholder:text-faint hover:border-muted focus-visible:border-accent-ink focus-visible:outline-1 focus-visible:outline-offset-0 disabled:opacity-60 data-invalid:border-bad aria-invalid:border-bad";
