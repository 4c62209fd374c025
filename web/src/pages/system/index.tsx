import { useEffect, useRef, type ComponentType } from 'react';
import { Navigate, NavLink, Route, Routes, useLocation } from 'react-router';
import { useCaller, useMay } from '@/api/queries';
import { Page } from '@/app/Page';
import { useText } from '@/i18n';
import { Audit } from './Audit';
import { Collections } from './Collections';
import { Keys } from './Keys';
import { Models } from './Models';
import { Overview } from './Overview';
import { Users } from './Users';

interface Part {
  name: 'overview' | 'collections' | 'models' | 'keys' | 'users' | 'audit';
  Content: ComponentType;
  who: 'everyone' | 'administrators' | 'operators';
}

const parts: Part[] = [
  { name: 'overview', Content: Overview, who: 'operators' },
  { name: 'collections', Content: Collections, who: 'everyone' },
  { name: 'models', Content: Models, who: 'everyone' },
  { name: 'keys', Content: Keys, who: 'administrators' },
  { name: 'users', Content: Users, who: 'administrators' },
  { name: 'audit', Content: Audit, who: 'administrators' },
];

/** How the server is and who may do what; each caller sees what its scopes allow, and is told what that leaves out. */
export default function System() {
  const { t, format } = useText();
  const admin = useMay('admin');
  const { scopes = [], tenant } = useCaller().data ?? {};
  // The machines belong to the tenant that they run for.
  const may = { everyone: true, administrators: admin, operators: admin && tenant === 'local' };
  const shown = parts.filter((part) => may[part.who]);
  const first = shown[0]?.name ?? 'collections';
  const list = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  useEffect(() => {
    // On narrow screens the list is longer than wide.
    list.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [pathname]);
  return (
    <Page title={t('system.title')}>
      <nav ref={list} aria-label={t('system.sectionList')} className="-mx-4 mb-6 overflow-x-auto border-b border-line px-4 md:mx-0 md:px-0">
        <ul className="flex gap-5">
          {shown.map(({ name }) => (
            <li key={name}>
              <NavLink
                to={`/system/${name}`}
                className={({ isActive }) =>
                  `inline-flex min-h-10 items-center border-b-2 whitespace-nowrap ${isActive ? 'border-accent font-medium' : 'border-transparent text-quiet hover:text-ink'}`
                }
              >
                {t(`system.sections.${name}`)}
              </NavLink>
            </li>
          ))}
        </ul>
      </nav>
      {!admin && (
        <p className="mb-6 rounded-md bg-sunken px-3 py-2 text-quiet">
          {t('system.limited', { scopes: format.list(scopes.map((scope) => t(`system.scopes.${scope}`))) })}
        </p>
      )}
      {admin && !may.operators && <p className="mb-6 rounded-md bg-sunken px-3 py-2 text-quiet">{t('system.otherTenant')}</p>}
      <Routes>
        {shown.map(({ name, Content }) => (
          <Route key={name} path={name} element={<Content />} />
        ))}
        <Route path="*" element={<Navigate to={`/system/${first}`} replace />} />
      </Routes>
    </Page>
  );
}
