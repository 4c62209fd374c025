import { useEffect, useState } from 'react';

/** The time, told anew every few seconds. */
export function useNow(everyMs = 2_000): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
