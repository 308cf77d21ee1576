import QRCode from 'qrcode';

/** Level M survives 15 % of dirt and scratches; four modules of quiet zone are what ISO/IEC 18004 asks for. */
const FORM = { errorCorrectionLevel: 'M', margin: 4 } as const;

/** A QR code (ISO/IEC 18004) as one SVG element, black on white whatever surrounds it; sized by its viewBox. */
export const qrSvg = (url: string): Promise<string> =>
  QRCode.toString(url, { ...FORM, type: 'svg', color: { dark: '#000000', light: '#ffffff' } });

/** The same as PNG, `size` pixels wide and high. */
export const qrPng = (url: string, size: number): Promise<Buffer> => QRCode.toBuffer(url, { ...FORM, width: size });
