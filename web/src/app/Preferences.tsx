import { useQueryClient } from '@tanstack/react-query';
import { session } from '@/api/session';
import { useCaller } from '@/api/queries';
import { MenuChoice, MenuItem, MenuSeparator } from '@/components/Menu';
import { languages, useText } from '@/i18n';
import { useSetLanguage } from './language';
import { setTheme, themes, useTheme } from './theme';

/** The content of the menu for how the interface looks and speaks, and who uses it. */
export function Preferences({ onHelp }: { onHelp: () => void }) {
  const { t, language } = useText();
  const setLanguage = useSetLanguage();
  const theme = useTheme();
  const caller = useCaller().data;
  const client = useQueryClient();
  // Nothing of this caller stays, and what is still shown asks anew.
  const signOut = () => void session.signOut().finally(() => client.resetQueries());
  return (
    <>
      <MenuChoice
        label={t('app.language')}
        value={language}
        options={languages.map((value) => ({ value, label: t(`app.languages.${value}`), lang: value }))}
        onChange={setLanguage}
      />
      <MenuSeparator />
      <MenuChoice
        label={t('app.theme')}
        value={theme}
        options={themes.map((value) => ({ value, label: t(`app.themes.${value}`) }))}
        onChange={setTheme}
      />
      <MenuSeparator />
      <MenuItem onSelect={onHelp}>{t('shortcuts.title')}</MenuItem>
      {caller && caller.kind !== 'local' && <MenuItem onSelect={signOut}>{t('app.signOut', { name: caller.name })}</MenuItem>}
    </>
  );
}
