/** Lets a kiosk start while offline: what was loaded last is kept and shown when the server does not answer. Answers do not pass here. */
interface FetchEvent extends Event {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}
interface Worker {
  addEventListener(
    kind: 'install' | 'activate',
    listener: (event: Event & { waitUntil(work: Promise<unknown>): void }) => void,
  ): void;
  addEventListener(kind: 'fetch', listener: (event: FetchEvent) => void): void;
  skipWaiting(): Promise<void>;
  readonly clients: { claim(): Promise<void>; matchAll(): Promise<{ url: string }[]> };
}

((worker: Worker) => {
  const KEPT = 'kiosk-1';
  const isOurs = (request: Request): boolean =>
    request.method === 'GET' && /\/kiosk\/[^/]+$/u.test(new URL(request.url).pathname);

  worker.addEventListener('install', (event) => event.waitUntil(worker.skipWaiting()));
  worker.addEventListener('activate', (event) =>
    event.waitUntil(
      (async () => {
        await worker.clients.claim();
        // The page that brought this worker was loaded before it could keep anything.
        const cache = await caches.open(KEPT);
        const urls = (await worker.clients.matchAll()).map((client) => client.url);
        const script = new URL('app.js', location.href).href;
        await Promise.all([...urls, script].map((url) => cache.add(url).catch(() => undefined)));
      })(),
    ),
  );
  worker.addEventListener('fetch', (event) => {
    if (!isOurs(event.request)) return;
    event.respondWith(
      (async () => {
        const cache = await caches.open(KEPT);
        try {
          const answer = await fetch(event.request);
          if (answer.ok) await cache.put(event.request.url, answer.clone());
          // A kiosk that was revoked says so; nothing older is shown.
          return answer;
        } catch (error) {
          const kept = await cache.match(event.request.url);
          if (kept) return kept;
          throw error;
        }
      })(),
    );
  });
})(self as unknown as Worker);
