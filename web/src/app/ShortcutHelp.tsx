import { Dialog } from '@/components/Dialog';
import { useText } from '@/i18n';
import { pages } from './pages';

function Keys({ keys }: { keys: string }) {
  return (
    <span className="flex gap-1">
      {keys.split(' ').map((key) => (
        <kbd key={key} className="rounded border border-line bg-sunken px-1.5 font-mono text-sm">
          {key}
        </kbd>
      ))}
    </span>
  );
}

export function ShortcutHelp({ onClose }: { onClose: () => void }) {
  const { t } = useText();
  const rows: [string, string][] = [
    ...pages.map((page): [string, string] => [`g ${page.key}`, t('shortcuts.goTo', { page: t(`nav.${page.name}`) })]),
    ['/', t('shortcuts.field')],
    ['?', t('shortcuts.help')],
    ['Esc', t('shortcuts.close')],
  ];
  return (
    <Dialog title={t('shortcuts.title')} onClose={onClose}>
      <dl className="grid grid-cols-[auto_1fr] items-center gap-x-4 gap-y-2">
        {rows.map(([keys, what]) => (
          <div key={keys} className="contents">
            <dt>
              <Keys keys={keys} />
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
