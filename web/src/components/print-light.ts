import { useEffect } from 'react';

/** Paper is white: while the page is printed it takes the light theme, whatever the person has chosen. */
export function usePrintLight(): void {
  useEffect(() => {
    const root = document.documentElement;
    const attribute = 'data-mantine-color-scheme';
    let chosen: string | null = null;
    const before = (): void => {
      chosen = root.getAttribute(attribute);
      root.setAttribute(attribute, 'light');
    };
    const after = (): void => {
      if (chosen) root.setAttribute(attribute, chosen);
    };
    window.addEventListener('beforeprint', before);
    window.addEventListener('afterprint', after);
    return () => {
      window.removeEventListener('beforeprint', before);
      window.removeEventListener('afterprint', after);
    };
  }, []);
}
