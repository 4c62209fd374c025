import { Component, type ReactNode } from 'react';
import { Button } from '@/components/Button';
import { Empty } from '@/components/states';
import { useText } from '@/i18n';

function Broken({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const { t } = useText();
  return (
    <div role="alert">
      <Empty title={t('app.brokenTitle')} text={t('app.brokenText')}>
        <Button look="main" onClick={onRetry}>
          {t('common.retry')}
        </Button>
        <Button onClick={() => location.reload()}>{t('app.reload')}</Button>
      </Empty>
      <pre className="mx-auto max-w-xl overflow-x-auto px-4 text-sm whitespace-pre-wrap text-quiet">{error.message}</pre>
    </div>
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
