import { DirectionProvider, MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { ApiError } from './api.js';
import { Toasts } from './components/toasts.js';
import { makeRouter } from './router.js';
import { theme, variables } from './theme/mantine.js';

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      // Only what may heal by itself is asked again; a refusal stays one.
      retry: (failures, error) =>
        failures < 2 && (!(error instanceof ApiError) || error.status === 0 || error.status >= 500),
    },
    mutations: { retry: false },
  },
});
const router = makeRouter(client);

export function App({ nonce }: { nonce: string }) {
  return (
    <DirectionProvider>
      <MantineProvider
        theme={theme}
        cssVariablesResolver={variables}
        defaultColorScheme="auto"
        getStyleNonce={() => nonce}
      >
        <QueryClientProvider client={client}>
          <section id="layers" aria-label="Dialogs and menus" />
          <RouterProvider router={router} />
          <Toasts />
        </QueryClientProvider>
      </MantineProvider>
    </DirectionProvider>
  );
}
