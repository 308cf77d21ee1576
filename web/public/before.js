// Two things that must be set before any other script.
//
// zod would try `new Function` to find out whether it may compile parsers; the CSP forbids it and would report each try.
globalThis.__zod_globalConfig = { jitless: true };

// Runs before the first paint, so that a person who chose dark never sees a white flash. A file, not an inline script: the CSP forbids those.
(function () {
  var chosen = null;
  try {
    chosen = window.localStorage.getItem('mantine-color-scheme-value');
  } catch {
    // Storage can be blocked; then the system's scheme decides.
  }
  var dark = chosen === 'dark' || (chosen !== 'light' && window.matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
})();
