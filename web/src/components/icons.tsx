/** Two icons that the icon set lacks, drawn on its 16 px grid. */
const frame = {
  viewBox: '0 0 16 16',
  fill: 'none',
  stroke: 'currentColor',
  strokeWidth: 1.5,
  strokeLinecap: 'round',
  strokeLinejoin: 'round',
  'aria-hidden': true,
} as const;

export function RouteIcon({ size = 16 }: { size?: number }) {
  return (
    <svg {...frame} width={size} height={size}>
      <circle cx="3.25" cy="12.75" r="1.75" />
      <circle cx="12.75" cy="3.25" r="1.75" />
      <path d="M5 12.75h5.5a2.4 2.4 0 0 0 0-4.75h-5a2.4 2.4 0 0 1 0-4.75H11" />
    </svg>
  );
}

export function KeyboardIcon({ size = 16 }: { size?: number }) {
  return (
    <svg {...frame} width={size} height={size}>
      <rect x="0.75" y="3.25" width="14.5" height="9.5" rx="1.75" />
      <path d="M3.5 6h.01M6.5 6h.01M9.5 6h.01M12.5 6h.01M3.5 8.25h.01M6.5 8.25h.01M9.5 8.25h.01M12.5 8.25h.01M5 10.5h6" />
    </svg>
  );
}
