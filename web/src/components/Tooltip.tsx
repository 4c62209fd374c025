import * as Radix from '@radix-ui/react-tooltip';
import type { ReactNode } from 'react';

export const TooltipProvider = ({ children }: { children: ReactNode }) => <Radix.Provider delayDuration={250}>{children}</Radix.Provider>;

/** Shows more about a thing on hover and on focus; reads it out as its description. Drawn where it stands, within its landmark. */
export function Tooltip({ content, children }: { content: ReactNode; children: ReactNode }) {
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Content
        sideOffset={6}
        collisionPadding={8}
        className="z-50 max-w-[min(26rem,calc(100vw-1rem))] rounded-md border border-line bg-raised px-3 py-2 text-sm text-ink shadow-lg"
      >
        {content}
      </Radix.Content>
    </Radix.Root>
  );
}
