import type { ComponentType } from 'react';
import { Navigate, NavLink, Route, Routes } from 'react-router';
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
  admin: boolean;
}

const parts: Part[] = [
  { name: 'overview', Content: Overview, admin: true },
  { name: 'collections', Content: Collections, admin: false },
  { name: 'models', Content: Models, admin: false },
  { name: 'keys', Content: Keys, admin: true },
  { name: 'users', Content: Users, admin: true },
  { name: 'audit', Content: Audit, admin: true },
];

/** How the server is and who may do what; each caller sees what its scopes allow, and is told what that leaves out. */
export default function System() {
  const { t, format } = useText();
  const admin = useMay('admin');
  const scopes = useCaller().data?.scopes ?? [];
  const shown = parts.filter((part) => admin || !part.admin);
  const first = shown[0]?.name ?? 'collections';
  return (
    <Page title={t('system.title')}>
      <nav aria-label={t('system.sectionList')} className="-mx-4 mb-6 overflow-x-auto border-b border-line px-4 md:mx-0 md:px-0">
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
      <Routes>
        {shown.map(({ name, Content }) => (
          <Route key={name} path={name} element={<Content />} />
        ))}
        <Route path="*" element={<Navigate to={`/system/${first}`} replace />} />
      </Routes>
    </Page>
  );
}
