import { visitorOf } from './visits.js';

const CHROME = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36';
const browser = { 'user-agent': CHROME, accept: 'text/html', 'accept-language': 'de' };

it.each([
  ['GET', browser, 'person'],
  ['HEAD', browser, 'machine'],
  ['GET', { ...browser, 'sec-purpose': 'prefetch;prerender' }, 'machine'],
  ['GET', { ...browser, 'x-moz': 'prefetch' }, 'machine'],
  ['GET', { ...browser, 'accept-language': undefined }, 'machine'],
  ['GET', { ...browser, 'user-agent': undefined }, 'machine'],
  ['GET', { ...browser, 'user-agent': 'python-requests/2.32' }, 'machine'],
  ['GET', { ...browser, 'user-agent': CHROME.replace('Chrome', 'HeadlessChrome') }, 'machine'],
  ['GET', { ...browser, 'user-agent': 'Mozilla/5.0 (compatible; Googlebot/2.1)' }, 'machine'],
  ['GET', { ...browser, 'user-agent': 'Mozilla/5.0 (Windows NT 10.0; Barracuda Sentinel (EE))' }, 'machine'],
])('%s with %j is a %s', (method, headers, expected) => expect(visitorOf(method, headers)).toBe(expected));
