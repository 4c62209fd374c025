/** What a document is called: its title; where it has none, the last part of its external id. */
export function documentName({ title, external_id }: { title: string; external_id: string }): string {
  if (title && title !== external_id) return title;
  return external_id.split(/[/\\]/).filter(Boolean).pop() ?? external_id;
}
