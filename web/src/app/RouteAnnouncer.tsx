import { useEffect, useRef, useState } from 'react';
import { useLocation } from 'react-router';

/** After a change of page, moves the focus to its heading and says its name, as a browser would. */
export function RouteAnnouncer() {
  const { pathname } = useLocation();
  const section = pathname.split('/')[1] ?? '';
  const [said, setSaid] = useState('');
  const first = useRef(true);
  useEffect(() => {
    if (first.current) {
      first.current = false;
      return;
    }
    const found = () => document.querySelector<HTMLElement>('[data-page-title]');
    const arrive = (heading: HTMLElement) => {
      heading.focus({ preventScroll: true });
      setSaid(heading.textContent ?? '');
    };
    const heading = found();
    if (heading) return arrive(heading);
    // The page is still being loaded.
    const watcher = new MutationObserver(() => {
      const late = found();
      if (!late) return;
      watcher.disconnect();
      arrive(late);
    });
    watcher.observe(document.body, { childList: true, subtree: true });
    return () => watcher.disconnect();
  }, [section]);
  return (
    <div className="sr-only" aria-live="assertive" aria-atomic="true">
      {said}
    </div>
  );
}
