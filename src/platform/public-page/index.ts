export {
  languageLinks,
  notFoundPage,
  pageRefusal,
  publicPage,
  type PageLink,
  type PageOptions,
  type PublicPage,
} from './page.js';
export { formFields, maskedAddress, type PageOutcome, publicPath, sendOutcome, wishOf, type Wish } from './outcome.js';
export * from './parts.js';
export { chooseLocale, dirOf, ownName, PUBLIC_LOCALES, type PublicLocale, publicLocale } from './locales.js';
export { dayAndTime, FRAME_TEXTS, longDay, longDayAndTime, type Say, speak, type Texts, type Values } from './texts.js';
