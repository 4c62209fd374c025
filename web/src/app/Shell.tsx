import { Suspense, useEffect, useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { Outlet, useLocation, useNavigate } from 'react-router';
import { followEvents } from '@/api/events';
import { Loading } from '@/components/states';
import { useText } from '@/i18n';
import { keepPage } from '@/uploads/drops';
import { uploads } from '@/uploads/uploads';
import { Banner } from './Banner';
import { ErrorBoundary } from './ErrorBoundary';
import { Navigation } from './Navigation';
import { useOwner } from './owner';
import { pages } from './pages';
import { RouteAnnouncer } from './RouteAnnouncer';
import { ShortcutHelp } from './ShortcutHelp';
import { useShortcuts } from './shortcuts';

/** Puts the cursor where the page wants it: in the field marked with data-main-field. */
function focusMainField(): void {
  document.querySelector<HTMLElement>('[data-main-field]')?.focus();
}

/** What stands around every page once the caller is known. */
export function Shell() {
  const { t } = useText();
  const client = useQueryClient();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const [help, setHelp] = useState(false);
  const owner = useOwner();
  useEffect(() => followEvents(client), [client, owner]);
  useEffect(() => void uploads.open(owner), [owner]);
  useEffect(keepPage, []);
  useShortcuts({
    '?': () => setHelp(true),
    '/': focusMainField,
    ...Object.fromEntries(pages.map((page) => [`g ${page.key}`, () => void navigate(page.path)])),
  });
  return (
    <div className="flex h-dvh flex-col md:flex-row">
      <a
        href="#main"
        className="sr-only rounded-md bg-accent px-4 py-2 text-on-accent focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50"
      >
        {t('app.skip')}
      </a>
      <Navigation onHelp={() => setHelp(true)} />
      <div className="flex min-h-0 min-w-0 flex-1 flex-col">
        <Banner />
        <main id="main" tabIndex={-1} className="flex min-h-0 min-w-0 flex-1 flex-col overflow-y-auto pb-[calc(3.75rem+env(safe-area-inset-bottom))] md:pb-0">
          <ErrorBoundary resetKey={pathname}>
            <Suspense fallback={<div className="p-8"><Loading /></div>}>
              <Outlet />
            </Suspense>
          </ErrorBoundary>
        </main>
      </div>
      <RouteAnnouncer />
      {help && <ShortcutHelp onClose={() => setHelp(false)} />}
    </div>
  );
}
