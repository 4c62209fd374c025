import { QueryClientProvider, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useState } from 'react';
import { createBrowserRouter, Navigate } from 'react-router';
import { RouterProvider } from 'react-router/dom';
import { whenSignedOut } from '@/api/client';
import { asApiError } from '@/api/problem';
import { makeQueryClient, useCaller } from '@/api/queries';
import { session } from '@/api/session';
import { Failure } from '@/components/states';
import { ToastProvider } from '@/components/Toasts';
import { TooltipProvider } from '@/components/Tooltip';
import { pages } from './pages';
import { Shell } from './Shell';

const SignIn = lazy(() => import('@/pages/sign-in'));
const Setup = lazy(() => import('@/pages/start/Setup'));
const NotFound = lazy(() => import('@/pages/not-found'));

const router = createBrowserRouter([
  {
    element: <Shell />,
    children: [
      ...pages.map(({ path, Page }) => ({ path: path === '/' ? '/' : `${path}/*`, element: <Page /> })),
      { path: '/index.html', element: <Navigate to="/" replace /> },
      { path: '*', element: <NotFound /> },
    ],
  },
]);

/** The interface for whoever is let in, and a sign-in for who is not. A session that ends asks again above the page. */
function Entrance() {
  const caller = useCaller();
  const client = useQueryClient();
  const [ended, setEnded] = useState(false);
  useEffect(() => whenSignedOut(() => setEnded(true)), []);
  useEffect(
    () =>
      session.onChange(() => {
        setEnded(false);
        void client.invalidateQueries();
      }),
    [client],
  );
  const refused = caller.isError && asApiError(caller.error).status === 401;
  if (caller.isError && !refused && !caller.data)
    return (
      <div className="mx-auto max-w-lg p-6">
        <Failure error={caller.error} onRetry={() => void caller.refetch()} />
      </div>
    );
  if (refused && !caller.data)
    return (
      <Suspense>
        <SignIn />
      </Suspense>
    );
  if (!caller.data) return null;
  if (caller.data.kind === 'setup')
    return (
      <Suspense>
        <Setup />
      </Suspense>
    );
  return (
    <>
      <RouterProvider router={router} />
      {(ended || refused) && (
        <Suspense>
          <SignIn again />
        </Suspense>
      )}
    </>
  );
}

export const queryClient = makeQueryClient();

export function App() {
  return (
    <QueryClientProvider client={queryClient}>
      <ToastProvider>
        <TooltipProvider>
          <Entrance />
        </TooltipProvider>
      </ToastProvider>
    </QueryClientProvider>
  );
}
