import { Component, type ReactNode } from 'react';
import { Button } from '@/components/Button';
import { useText } from '@/i18n';
import { Page } from './Page';

function Broken({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const { t } = useText();
  return (
    <Page title={t('app.brokenTitle')}>
      <div role="alert" className="flex max-w-xl flex-col items-start gap-4">
        <p>{t('app.brokenText')}</p>
        <pre lang="en" className="w-full rounded-md bg-sunken px-3 py-2 text-sm whitespace-pre-wrap text-quiet">
          {error.message}
        </pre>
        <div className="flex flex-wrap gap-2">
          <Button look="main" onClick={onRetry}>
            {t('common.retry')}
          </Button>
          <Button onClick={() => location.reload()}>{t('app.reload')}</Button>
        </div>
      </div>
    </Page>
  );
}

/** A page that breaks leaves the rest of the interface usable. `resetKey` changes when another page is shown. */
export class ErrorBoundary extends Component<{ resetKey: string; children: ReactNode }, { error: Error | null }> {
  override state = { error: null };

  static getDerivedStateFromError(error: Error) {
    return { error };
  }

  override componentDidUpdate(before: { resetKey: string }) {
    if (before.resetKey !== this.props.resetKey && this.state.error) this.setState({ error: null });
  }

  override render() {
    const { error } = this.state;
    if (!error) return this.props.children;
    return <Broken error={error} onRetry={() => this.setState({ error: null })} />;
  }
}
