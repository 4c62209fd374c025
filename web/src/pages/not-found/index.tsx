import { Link } from 'react-router';
import { Page } from '@/app/Page';
import { useText } from '@/i18n';

export default function NotFound() {
  const { t } = useText();
  return (
    <Page title={t('app.notFoundTitle')}>
      <p className="text-quiet">{t('app.notFoundText')}</p>
      <p className="mt-4">
        <Link className="text-accent underline" to="/">
          {t('app.toStart')}
        </Link>
      </p>
    </Page>
  );
}
