import { useQuery } from '@tanstack/react-query';
import { request } from '@/api/client';
import { asApiError } from '@/api/problem';
import { useText } from '@/i18n';

interface ModelList {
  data: { id: string; cairn?: { purpose: string } }[];
}

/** Who can answer here; the first is the default. A server without this list has one. */
export function useGenerators(): string[] {
  const models = useQuery({
    queryKey: ['generators'],
    queryFn: async ({ signal }) => {
      try {
        const { data } = await request<ModelList>('/v1/models', { signal });
        return data.filter((model) => model.cairn?.purpose === 'chat').map((model) => model.id);
      } catch (thrown) {
        if (asApiError(thrown).status === 404) return [];
        throw thrown;
      }
    },
    staleTime: 300_000,
  });
  return models.data ?? [];
}

/** What people call a generator; models keep the name that they are configured with. */
export function useGeneratorName(): (generator: string) => string {
  const { t } = useText();
  return (generator) => (generator === 'extractive' ? t('ask.generators.extractive') : generator);
}
