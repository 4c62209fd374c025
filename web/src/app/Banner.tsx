import { useConnection } from '@/api/connection';
import { WarnIcon } from '@/components/icons';
import { useText } from '@/i18n';

/** Says when the server cannot be reached; goes away by itself. */
export function Banner() {
  const { t } = useText();
  const connection = useConnection();
  return (
    <div role="status" aria-live="polite">
      {connection !== 'ok' && (
        <p className="flex items-center gap-2 border-b border-line bg-warn-tint px-4 py-2 text-ink md:px-8">
          <WarnIcon className="shrink-0 text-warn" />
          {connection === 'offline' ? t('app.offline') : t('app.unreachable')}
        </p>
      )}
    </div>
  );
}
