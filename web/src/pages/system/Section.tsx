import { useId, type ReactNode } from 'react';

/** A part of the page with its heading. */
export function Section({ title, text, actions, children }: { title: string; text?: string; actions?: ReactNode; children: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 id={id} className="text-base font-semibold">
          {title}
        </h2>
        {actions}
      </div>
      {text && <p className="text-sm text-quiet">{text}</p>}
      {children}
    </section>
  );
}

/** A number with its name. */
export function Figure({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="flex items-baseline justify-between gap-4 border-b border-line py-1.5">
      <dt className="text-quiet">{label}</dt>
      <dd className="numbers text-right">{children}</dd>
    </div>
  );
}
