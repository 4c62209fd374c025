import { useSearchParams } from 'react-router';

/** What stands behind the `?` of the address. A change is drawn at once: the next one, however quick, begins with it. */
export function useAddress(): [URLSearchParams, (next: URLSearchParams, how?: { replace: boolean }) => void] {
  const [address, setAddress] = useSearchParams();
  return [address, (next, how) => setAddress(next, { ...how, flushSync: true })];
}
