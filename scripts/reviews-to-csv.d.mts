/** A CSV for `POST /api/v1/responses/import`, and the touchpoints that it names. */
export function toCsv(
  jsonl: string,
  source: string,
): { csv: string; touchpoints: { key: string; name: string }[]; rows: number; leftOut: number };
