import type { OpenChannel } from '../../../../src/responses/channels/open-links.contract.js';

/** The channels in words. */
export const channelWords: Readonly<
  Record<OpenChannel, { word: string; title: string; what: string; example: string }>
> = {
  link: {
    word: 'link',
    title: 'Link and QR code',
    what: 'For a door, a receipt, a signature. With a sheet to print.',
    example: 'Shop door, Oslo',
  },
  widget: {
    word: 'widget',
    title: 'Box on a website',
    what: 'One line in the page. No cookies.',
    example: 'Order confirmation page',
  },
  kiosk: {
    word: 'kiosk',
    title: 'Kiosk',
    what: 'A full screen with large tiles; keeps answers while offline.',
    example: 'Counter 2',
  },
};

/** "12 % of 48 who opened it", or what there is while nobody did. */
export function participation(answers: number, openings: number): string {
  if (openings === 0) return 'Not opened yet';
  return `${Math.min(100, Math.round((100 * answers) / openings))} % of ${openings.toLocaleString('en')} openings`;
}
