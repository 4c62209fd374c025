import { Page } from '@/app/Page';
import { useText } from '@/i18n';

export default function Ask() {
  const { t } = useText();
  return <Page title={t('ask.title')}>{null}</Page>;
}
