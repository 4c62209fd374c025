import type { Scope } from '@/api/types';
import { useText } from '@/i18n';
import { allScopes } from './types';

/** What somebody may do, to tick. */
export function ScopeFields({ scopes, onChange, error }: { scopes: readonly Scope[]; onChange: (scopes: Scope[]) => void; error?: string | undefined }) {
  const { t } = useText();
  return (
    <fieldset aria-describedby={error ? 'scopes-error' : undefined}>
      <legend className="text-sm font-medium">{t('system.keys.scopes')}</legend>
      {allScopes.map((scope) => (
        <label key={scope} className="flex min-h-9 items-center gap-2">
          <input
            type="checkbox"
            className="size-4 accent-accent"
            checked={scopes.includes(scope)}
            onChange={(event) => onChange(allScopes.filter((other) => (other === scope ? event.target.checked : scopes.includes(other))))}
          />
          {t(`system.scopes.${scope}`)}
          <span className="shrink-0 font-mono text-sm text-quiet">{scope}</span>
        </label>
      ))}
      {error && (
        <p id="scopes-error" className="text-sm text-bad">
          {error}
        </p>
      )}
    </fieldset>
  );
}
