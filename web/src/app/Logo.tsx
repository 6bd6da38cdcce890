/** The same drawing as public/favicon.svg; inline, because that saves a request. */
export function Logo({ size }: { size: number }) {
  return (
    <svg aria-hidden="true" viewBox="0 0 32 32" width={size} height={size}>
      <rect width="32" height="32" rx="8" fill="#4257d6" />
      <path
        d="M9 7h9a3 3 0 0 1 3 3v4a3 3 0 0 1-3 3h-5l-3.3 2.8a.4.4 0 0 1-.7-.3V17a3 3 0 0 1-3-3v-4a3 3 0 0 1 3-3z"
        fill="#fff"
      />
      <path
        d="M23.5 12.3A3 3 0 0 1 26 15.3V19a3 3 0 0 1-2 2.8v2.7a.4.4 0 0 1-.7.3L20 22h-4.5a3 3 0 0 1-2.6-1.5l1-.9h4.1a5 5 0 0 0 5-5z"
        fill="#c9d1ff"
      />
    </svg>
  );
}
