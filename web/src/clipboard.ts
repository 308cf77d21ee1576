/** Copies a text. Rejects where the browser does not allow it: plain http on another host than localhost has no clipboard. */
export async function copyText(text: string): Promise<void> {
  if (!navigator.clipboard) throw new Error('no clipboard');
  await navigator.clipboard.writeText(text);
}
