import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useToasts } from '@/components/Toasts';
import { Confirm } from './Dialog';
import { useProblem } from './problem';

interface Props {
  title: string;
  text: string;
  action: string;
  remove: () => Promise<unknown>;
  said: string; // Once it is gone.
  changes: string; // The lists that are read again afterwards.
  onClose: () => void;
}

/** Asks, removes, and says how that went. */
export function Removal({ remove, said, changes, onClose, ...question }: Props) {
  const client = useQueryClient();
  const { say, complain } = useToasts();
  const problem = useProblem();
  const removal = useMutation({
    mutationFn: remove,
    onSuccess: () => say(said),
    onError: (error) => complain(problem(error).line),
    onSettled: async () => {
      await client.invalidateQueries({ queryKey: [changes] });
      onClose();
    },
  });
  return <Confirm {...question} busy={removal.isPending} onConfirm={() => removal.mutate()} onClose={onClose} />;
}
