/** Icons that the icon set lacks, drawn on its 16 px grid. */
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

export function PrinterIcon({ size = 16 }: { size?: number }) {
  return (
    <svg {...frame} width={size} height={size}>
      <path d="M4.25 5.25v-3.5h7.5v3.5M4.25 11.25h-1.5a1.5 1.5 0 0 1-1.5-1.5v-3a1.5 1.5 0 0 1 1.5-1.5h10.5a1.5 1.5 0 0 1 1.5 1.5v3a1.5 1.5 0 0 1-1.5 1.5h-1.5" />
      <path d="M4.25 9.25h7.5v5h-7.5z" />
    </svg>
  );
}
