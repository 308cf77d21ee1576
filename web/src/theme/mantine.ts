import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';
import { chartVariables, DARK, LIGHT } from '../../../src/insights/charts/palette.js';

const brand: MantineColorsTuple = [
  '#e3f1f2',
  '#cfe6e8',
  '#b5d8db',
  '#8cc3c8',
  '#58c2ce',
  '#2f939d',
  '#16767f',
  '#0f6b76',
  '#0b6470',
  '#08525c',
];
const red: MantineColorsTuple = [
  '#fdecea',
  '#fbd9d6',
  '#f7bbb6',
  '#ff9c94',
  '#e8716a',
  '#d4483f',
  '#c3352c',
  '#b3261e',
  '#b3261e',
  '#8f1d17',
];
const gray: MantineColorsTuple = [
  '#f5f7f8',
  '#eef2f4',
  '#e5eaee',
  '#dde3e8',
  '#7f8e9b',
  '#72818e',
  '#5f6f7d',
  '#4a5a68',
  '#2b3a46',
  '#14212b',
];
const dark: MantineColorsTuple = [
  '#e7edf2',
  '#b8c5cf',
  '#9fb0bd',
  '#8899a6',
  '#718392',
  '#25313a',
  '#172129',
  '#131c22',
  '#11191f',
  '#0e151a',
];

/** Mantine in our sizes and colours. The colours that decide contrast come from tokens.css through `variables`. */
export const theme = createTheme({
  primaryColor: 'brand',
  primaryShade: { light: 8, dark: 6 },
  colors: { brand, red, gray, dark },
  autoContrast: false,
  black: '#14212b',
  fontFamily: 'var(--hb-font)',
  fontFamilyMonospace: 'var(--hb-mono)',
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.25rem' },
  lineHeights: { xs: '1.5', sm: '1.5', md: '1.5', lg: '1.5', xl: '1.3' },
  spacing: { xs: '4px', sm: '8px', md: '12px', lg: '16px', xl: '24px' },
  radius: { xs: '4px', sm: '6px', md: '6px', lg: '10px', xl: '16px' },
  defaultRadius: 'md',
  headings: { fontFamily: 'var(--hb-font)', fontWeight: '650' },
  respectReducedMotion: true,
  cursorType: 'pointer',
  components: {
    // What floats above the page lies in a landmark of its own (app.tsx), so that no content is outside of landmarks.
    Portal: { defaultProps: { target: '#layers', reuseTargetNode: true } },
    InputWrapper: {
      defaultProps: { inputWrapperOrder: ['label', 'description', 'error', 'input'], withAsterisk: false },
    },
    Button: { defaultProps: { size: 'sm' } },
    Tooltip: {
      defaultProps: { openDelay: 300, withinPortal: true, events: { hover: true, focus: true, touch: false } },
    },
    // A dialog's <header> is not the page's banner.
    Modal: {
      defaultProps: {
        attributes: { header: { role: 'presentation' } },
        centered: false,
        radius: 'lg',
        transitionProps: { duration: 120 },
      },
    },
    // Mantine's focus placeholder is a child that a role=menu may not have.
    Menu: { defaultProps: { withInitialFocusPlaceholder: false, radius: 'md', transitionProps: { duration: 100 } } },
    Popover: { defaultProps: { radius: 'md', transitionProps: { duration: 100 } } },
  },
});

const fromTokens: Record<string, string> = {
  '--mantine-color-body': 'var(--hb-surface)',
  '--mantine-color-text': 'var(--hb-text)',
  '--mantine-color-bright': 'var(--hb-text)',
  '--mantine-color-dimmed': 'var(--hb-text-3)',
  '--mantine-color-placeholder': 'var(--hb-text-3)',
  '--mantine-color-anchor': 'var(--hb-link)',
  '--mantine-color-error': 'var(--hb-late)',
  '--mantine-color-default': 'var(--hb-surface)',
  '--mantine-color-default-hover': 'var(--hb-hover)',
  '--mantine-color-default-color': 'var(--hb-text)',
  '--mantine-color-default-border': 'var(--hb-line-strong)',
  '--mantine-color-disabled': 'var(--hb-sunken)',
  '--mantine-color-disabled-color': 'var(--hb-text-3)',
  '--mantine-color-brand-filled': 'var(--hb-button)',
  '--mantine-color-brand-filled-hover': 'var(--hb-button-hover)',
  '--mantine-color-brand-light': 'var(--hb-brand-tint)',
  '--mantine-color-brand-light-hover': 'var(--hb-brand-tint)',
  '--mantine-color-brand-light-color': 'var(--hb-link)',
  '--mantine-color-brand-outline': 'var(--hb-link)',
  '--mantine-color-brand-text': 'var(--hb-link)',
  '--mantine-color-red-light': 'var(--hb-late-tint)',
  '--mantine-color-red-light-color': 'var(--hb-late)',
  '--mantine-color-red-text': 'var(--hb-late)',
  '--mantine-color-red-outline': 'var(--hb-late)',
  '--mantine-color-red-filled': '#b3261e',
  '--mantine-color-red-filled-hover': '#8f1d17',
  '--mantine-line-height': '1.5',
};

/** The same names in both schemes: what they mean changes in tokens.css; the charts bring their colours themselves. */
export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: { ...fromTokens, ...chartVariables(LIGHT) },
  dark: { ...fromTokens, ...chartVariables(DARK) },
});
