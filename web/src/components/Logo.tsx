/** Three stones: a cairn. */
export function Logo({ size = 24 }: { size?: number }) {
  return (
    <svg viewBox="0 0 32 32" width={size} height={size} aria-hidden="true" className="text-accent" fill="currentColor">
      <ellipse cx="16" cy="25" rx="12" ry="5" />
      <ellipse cx="17" cy="16" rx="8.5" ry="4" />
      <ellipse cx="15.5" cy="8.5" rx="5.5" ry="3.2" />
    </svg>
  );
}
