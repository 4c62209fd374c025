import { NavLink } from 'react-router';
import { useMay } from '@/api/queries';
import { IconButton } from '@/components/Button';
import { MenuIcon } from '@/components/icons';
import { Logo } from '@/components/Logo';
import { Menu } from '@/components/Menu';
import { useText } from '@/i18n';
import { pages, type PageEntry } from './pages';
import { Preferences } from './Preferences';

function Entry({ page }: { page: PageEntry }) {
  const { t } = useText();
  const Icon = page.icon;
  if (!useMay(page.scope)) return null;
  return (
    <li className="min-w-0 flex-auto md:flex-none">
      <NavLink
        to={page.path}
        end={page.path === '/'}
        className={({ isActive }) =>
          `flex min-h-14 flex-col items-center justify-center gap-0.5 rounded-md px-1 text-xs whitespace-nowrap md:min-h-10 md:flex-row md:justify-start md:gap-3 md:px-3 md:text-base ${
            isActive ? 'font-medium text-accent md:bg-tint' : 'text-quiet hover:text-ink md:hover:bg-sunken'
          }`
        }
      >
        <Icon />
        {t(`nav.${page.name}`)}
      </NavLink>
    </li>
  );
}

/** At the left; on narrow screens a bar at the bottom. */
export function Navigation({ onHelp }: { onHelp: () => void }) {
  const { t } = useText();
  return (
    <header className="fixed inset-x-0 bottom-0 z-30 flex border-t border-line bg-page pb-[env(safe-area-inset-bottom)] md:static md:h-dvh md:w-52 md:shrink-0 md:flex-col md:border-t-0 md:border-r md:p-3">
      <p className="hidden items-center gap-2.5 px-3 pt-1.5 pb-5 text-lg font-semibold md:flex">
        <Logo />
        {t('app.name')}
      </p>
      <nav aria-label={t('nav.label')} className="min-w-0 flex-1">
        <ul className="flex md:flex-col md:gap-1">
          {pages.map((page) => (
            <Entry key={page.name} page={page} />
          ))}
        </ul>
      </nav>
      <div className="flex items-center px-1 md:px-0">
        <Menu
          side="top"
          label={t('app.settings')}
          trigger={
            <IconButton label={t('app.settings')}>
              <MenuIcon />
            </IconButton>
          }
        >
          <Preferences onHelp={onHelp} />
        </Menu>
      </div>
    </header>
  );
}
