import { useEffect, useRef, type ReactNode } from 'react';
import { useText } from '@/i18n';

interface Props {
  title: string;
  actions?: ReactNode;
  /** The content takes the whole height and scrolls by itself. */
  fill?: boolean;
  /** The heading is only read out. */
  hideTitle?: boolean;
  children: ReactNode;
}

/** The frame of every page: its title in the window and as heading, its actions, its content. */
export function Page({ title, actions, fill = false, hideTitle = false, children }: Props) {
  const { t } = useText();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = t('app.windowTitle', { page: title });
  }, [t, title]);
  return (
    <div className={`flex min-w-0 flex-1 flex-col ${fill ? 'min-h-0' : ''}`}>
      <header
        className={hideTitle ? 'sr-only' : 'flex flex-wrap items-center justify-between gap-x-4 gap-y-2 px-4 pt-5 pb-3 md:px-8'}
      >
        <h1 ref={heading} tabIndex={-1} className="text-xl font-semibold" data-page-title>
          {title}
        </h1>
        {!hideTitle && actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </header>
      <div className={fill ? 'flex min-h-0 flex-1 flex-col' : 'px-4 pb-8 md:px-8'}>{children}</div>
    </div>
  );
}
