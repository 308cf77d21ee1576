/** What a provider's codes say about a number. https://www.twilio.com/docs/api/errors */

/** There is no such number, or none that takes messages. */
export const isNoAddress = (code: string): boolean =>
  ['21211', '21214', '21217', '21614', '30005', '30006', '63003'].includes(code);

/** Its owner answered STOP to the provider, who keeps a list of its own. */
export const isRefusedByOwner = (code: string): boolean => ['21610', '63032', '63033'].includes(code);
